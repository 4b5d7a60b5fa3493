package io.signalbox.systemtests.applications;

/** What an application is written in. */
enum Language {
    JAVA {
        @Override
        Application open(Place place, String uuid, String name, Terms terms) {
            return new JavaApplication(place, uuid, name, terms);
        }
    },
    JAVASCRIPT {
        @Override
        Application open(Place place, String uuid, String name, Terms terms) {
            return new JavaScriptApplication(place, uuid, name, terms);
        }
    };

    /** Not connected yet. */
    abstract Application open(Place place, String uuid, String name, Terms terms);
}
