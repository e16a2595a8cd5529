package shop.shipping.labels;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import shop.shipping.domain.LabelRequest;

/** Draws a label as a bitmap for the thermal printer: one byte a dot, a text band over a bar code. */
public final class LabelRenderer {
    private static final int DOTS_WIDE = 384;
    private static final int ROWS = 240;

    public byte[] render(LabelRequest request) {
        ByteArrayOutputStream bitmap = new ByteArrayOutputStream();
        byte[] text = (request.name() + " / " + request.country()).getBytes(StandardCharsets.UTF_8);
        for (int row = 0; row < ROWS; row++) {
            bitmap.writeBytes(row < ROWS / 3 ? textRow(text) : barRow(request.order()));
        }
        return bitmap.toByteArray();
    }

    private static byte[] textRow(byte[] text) {
        byte[] dots = new byte[DOTS_WIDE];
        System.arraycopy(text, 0, dots, 0, Math.min(text.length, DOTS_WIDE));
        return dots;
    }

    private static byte[] barRow(String order) {
        byte[] dots = new byte[DOTS_WIDE];
        for (int dot = 0; dot < DOTS_WIDE; dot++) {
            dots[dot] = (byte) (order.charAt(dot % order.length()) >> dot % 7 & 1);
        }
        return dots;
    }
}
