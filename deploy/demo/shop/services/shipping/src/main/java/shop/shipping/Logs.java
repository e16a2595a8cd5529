package shop.shipping;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** One line an event on standard output, stack traces below it. */
public final class Logs {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private Logs() {}

    public static Logger of(Class<?> owner) {
        return Logger.getLogger(owner.getName());
    }

    public static void configure() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new FlushingHandler());
    }

    private static final class FlushingHandler extends StreamHandler {
        FlushingHandler() {
            super(System.out, new LineFormatter());
        }

        @Override
        public synchronized void publish(LogRecord record) {
            super.publish(record);
            flush();
        }
    }

    private static final class LineFormatter extends Formatter {
        @Override
        public String format(LogRecord record) {
            StringWriter text = new StringWriter();
            text.append(TIME.format(record.getInstant()))
                    .append(' ').append(level(record.getLevel()))
                    .append(" [").append(Thread.currentThread().getName()).append("] ")
                    .append(record.getLoggerName()).append(" - ")
                    .append(record.getMessage()).append('\n');
            if (record.getThrown() != null) {
                record.getThrown().printStackTrace(new PrintWriter(text, true));
            }
            return text.toString();
        }

        private static String level(Level level) {
            return level == Level.SEVERE ? "ERROR" : level == Level.WARNING ? "WARN " : "INFO ";
        }
    }
}
