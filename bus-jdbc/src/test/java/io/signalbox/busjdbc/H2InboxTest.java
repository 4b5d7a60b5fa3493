package io.signalbox.busjdbc;

import javax.sql.DataSource;

class H2InboxTest extends JdbcInboxContract {
    @Override
    DataSource emptyTables() {
        return Databases.h2();
    }
}
