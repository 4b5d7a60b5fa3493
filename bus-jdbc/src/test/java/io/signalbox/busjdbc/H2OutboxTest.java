package io.signalbox.busjdbc;

import javax.sql.DataSource;

class H2OutboxTest extends JdbcOutboxContract {
    @Override
    DataSource emptyTables() {
        return Databases.h2();
    }
}
