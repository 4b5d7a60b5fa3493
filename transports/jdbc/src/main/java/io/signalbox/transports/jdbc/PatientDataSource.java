package io.signalbox.transports.jdbc;

import com.zaxxer.hikari.util.DriverDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pool's connections. Once the database has been reached it asks again every 100 ms while it is away, instead
 * of failing: the pool waits up to 5 s between its tries, and of several nodes one would come back so much later than
 * the others that they take it for dead. Thread safe.
 */
final class PatientDataSource implements javax.sql.DataSource {
    private static final long RETRY_MILLIS = 100;

    private final DriverDataSource driver;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean reached;
    private volatile @Nullable String trouble;

    PatientDataSource(DriverDataSource driver) {
        this.driver = driver;
    }

    /** Why there is no new connection; null if the last try went well. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** On a thread of the pool's. */
    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            try {
                Connection connection = driver.getConnection();
                reached = true;
                trouble = null;
                return connection;
            } catch (SQLException e) {
                trouble = e.getMessage();
                if (!reached || !Database.isOutage(e) || isClosedAfterAPause()) {
                    throw e;
                }
            }
        }
    }

    private boolean isClosedAfterAPause() {
        try {
            return closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Whoever waits here fails; before the pool is closed, which waits for its threads. */
    void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the user is part of the configuration");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return driver.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        driver.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        driver.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return driver.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return driver.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return driver.isWrapperFor(type);
    }
}
