import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Sends one call, signed as the guide says. Java 17 or newer, nothing else:
 *
 *     javac Upload.java
 *     PORTAL_AK=... PORTAL_SK=... java Upload ADDRESS param.json
 *
 * Prints the answer; ends with 1 where the call was refused.
 */
public final class Upload {
    public static void main(String[] args) throws Exception {
        String ak = System.getenv("PORTAL_AK");
        String sk = System.getenv("PORTAL_SK");
        // The very text that is signed is the text that is sent: it is never parsed and written anew.
        String param = Files.readString(Path.of(args[1])).strip();

        // The guide's lines.
        String timestamp = String.valueOf(System.currentTimeMillis() / 1000);
        String signStr = ak + timestamp + sk + param;
        String sign = DigestUtils.sha256Hex(signStr);

        String message = "{\"ak\":" + quoted(ak) + ",\"timestamp\":" + quoted(timestamp)
                + ",\"sign\":" + quoted(sign) + ",\"param\":" + quoted(param) + "}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[0]))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(message))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.body());
        System.exit(answer.statusCode() < 300 ? 0 : 1);
    }

    /** A text as JSON writes it. */
    private static String quoted(String text) {
        StringBuilder written = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') {
                written.append('\\').append(each);
            } else if (each < ' ') {
                written.append(String.format("\\u%04x", (int) each));
            } else {
                written.append(each);
            }
        }
        return written.append('"').toString();
    }

    /** What the guide takes from commons-codec; with that on the class path it can be left out. */
    private static final class DigestUtils {
        static String sha256Hex(String text) throws NoSuchAlgorithmException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        }
    }
}
