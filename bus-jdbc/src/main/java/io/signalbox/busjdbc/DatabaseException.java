package io.signalbox.busjdbc;

import java.sql.SQLException;

/** The database did not do what it was asked to; the cause says why. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseException(String what, SQLException why) {
        super("the database could not " + what + ": " + why.getMessage(), why);
    }
}
