package io.signalbox.avro;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** What Avro's compiler would make of the schema, in short. */
public final class OrderRecord extends SpecificRecordBase {
    public static final Schema SCHEMA$ = new Schema.Parser().parse("""
            {"type":"record","name":"OrderRecord","namespace":"io.signalbox.avro","fields":[
              {"name":"item","type":"string"},
              {"name":"count","type":"int","default":1},
              {"name":"tags","type":{"type":"array","items":"string"},"default":[]},
              {"name":"blob","type":"bytes","default":""},
              {"name":"next","type":["null","OrderRecord"],"default":null}]}""");

    private final Object[] fields = new Object[5];

    public static Schema getClassSchema() {
        return SCHEMA$;
    }

    @Override
    public Schema getSchema() {
        return SCHEMA$;
    }

    @Override
    public Object get(int field) {
        return fields[field];
    }

    @Override
    public void put(int field, Object value) {
        fields[field] = value;
    }
}
