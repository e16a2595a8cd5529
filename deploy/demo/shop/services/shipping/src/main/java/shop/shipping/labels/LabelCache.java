package shop.shipping.labels;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import shop.shipping.domain.LabelRequest;

/** The labels that were asked for last, for people whose printer was out of paper. */
public final class LabelCache {
    private static final int KEPT = 40;
    private final Map<String, byte[]> labels = Collections.synchronizedMap(new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > KEPT;
        }
    });

    public byte[] get(LabelRequest request, Supplier<byte[]> renderer) {
        return labels.computeIfAbsent(request.order(), order -> renderer.get());
    }
}
