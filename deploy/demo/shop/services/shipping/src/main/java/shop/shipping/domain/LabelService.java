package shop.shipping.domain;

import shop.shipping.labels.LabelCache;
import shop.shipping.labels.LabelRenderer;

/** Labels, rendered once and kept for a reprint. */
public final class LabelService {
    private final LabelRenderer renderer;
    private final LabelCache cache;

    public LabelService(LabelRenderer renderer, LabelCache cache) {
        this.renderer = renderer;
        this.cache = cache;
    }

    public byte[] label(LabelRequest request) {
        return cache.get(request, () -> renderer.render(request));
    }
}
