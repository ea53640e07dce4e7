import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints what topics hold from their beginning, one record a line: topic, partition, offset, timestamp, key,
 * value and then names and values of headers, in Base64, "-" for null. Without a group it ends at the present
 * end. With one it follows the topics until its input ends, and answers each line of its input with the ends:
 * "=", topic, partition, offset up to which it has printed, last stable offset, high watermark and the offset of
 * the group (-1: none), and then a line "=".
 * Arguments: bootstrap, isolation level, group or "-", partition or -1 for all, topics.
 */
public class TopicReader {
  private final Map<String, Object> settings;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  public static void main(String[] args) throws IOException {
    Map<String, Object> settings = new HashMap<>(Map.of(
        "bootstrap.servers", args[0], "isolation.level", args[1], "auto.offset.reset", "earliest",
        "enable.auto.commit", false, "fetch.max.wait.ms", 50, "reconnect.backoff.max.ms", 500));
    boolean isFollowing = !args[2].equals("-");
    if (isFollowing) settings.put("group.id", args[2]);
    var reader = new TopicReader(settings, Integer.parseInt(args[3]), Arrays.asList(args).subList(4, args.length));
    if (isFollowing) reader.follow();
    else reader.readToEnd();
    System.out.flush();
  }

  private TopicReader(Map<String, Object> settings, int only, List<String> topics) {
    this.settings = settings;
    consumer = consumerOf(settings);
    partitions = topics.stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .filter(info -> only < 0 || info.partition() == only)
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private void readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) printNext();
  }

  private void follow() {
    var questions = new ConcurrentLinkedQueue<String>();
    var input = new Thread(() -> new BufferedReader(new InputStreamReader(System.in)).lines().forEach(questions::add));
    input.start();
    while (input.isAlive() || !questions.isEmpty()) {
      printNext();
      if (questions.poll() != null) printEnds();
    }
  }

  private void printNext() {
    var out = new StringBuilder();
    consumer.poll(Duration.ofMillis(100)).forEach(each -> out.append(line(each)).append('\n'));
    print(out);
  }

  private void printEnds() {
    Map<TopicPartition, Long> stable = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(new HashSet<>(partitions));
    Map<String, Object> uncommitted = new HashMap<>(settings);
    uncommitted.put("isolation.level", "read_uncommitted");
    var out = new StringBuilder();
    try (var other = consumerOf(uncommitted)) {
      other.endOffsets(partitions).forEach((each, high) -> {
        OffsetAndMetadata offset = committed.get(each);
        out.append("= ").append(each.topic()).append(' ').append(each.partition()).append(' ')
            .append(consumer.position(each)).append(' ').append(stable.get(each)).append(' ').append(high).append(' ')
            .append(offset == null ? -1 : offset.offset()).append('\n');
      });
    }
    print(out.append("=\n"));
  }

  private static KafkaConsumer<byte[], byte[]> consumerOf(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static void print(StringBuilder text) {
    if (text.isEmpty()) return;
    System.out.print(text);
    System.out.flush();
  }

  private static String line(ConsumerRecord<byte[], byte[]> each) {
    String headers = Arrays.stream(each.headers().toArray())
        .map(header -> " " + base64(name(header)) + " " + base64(header.value()))
        .collect(Collectors.joining());
    return each.topic() + " " + each.partition() + " " + each.offset() + " " + each.timestamp() + " "
        + base64(each.key()) + " " + base64(each.value()) + headers;
  }

  private static byte[] name(Header header) {
    return header.key().getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return bytes == null ? "-" : Base64.getEncoder().encodeToString(bytes);
  }
}
