package shop.shipping.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The JDK's HTTP server on a few named threads. */
public final class ShippingServer {
    private static final int THREADS = 6;
    private final HttpServer server;

    public ShippingServer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        AtomicInteger count = new AtomicInteger();
        ThreadFactory named = task -> new Thread(task, "http-" + count.incrementAndGet());
        server.setExecutor(Executors.newFixedThreadPool(THREADS, named));
    }

    public void route(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    public void start() {
        server.start();
    }
}
