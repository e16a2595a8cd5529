package shop.shipping.http;

import java.util.Map;
import shop.shipping.domain.LabelRequest;
import shop.shipping.domain.LabelService;

/** Labels to print. */
public final class LabelHandler extends JsonHandler {
    private final LabelService labels;

    public LabelHandler(LabelService labels) {
        this.labels = labels;
    }

    @Override
    protected String answer(Map<String, String> parameters) {
        LabelRequest request = new LabelRequest(
                required(parameters, "order"),
                required(parameters, "name"),
                required(parameters, "country"),
                parameters.getOrDefault("format", "A6"));
        byte[] label = labels.label(request);
        return "{\"order\":\"" + request.order() + "\",\"bytes\":" + label.length + "}";
    }
}
