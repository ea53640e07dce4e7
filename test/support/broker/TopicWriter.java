import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes each line of a file, as a record, to one partition for each compression that is named.
 * Arguments: bootstrap, topic, file, and then compression and partition in turn.
 */
public class TopicWriter {
  public static void main(String[] args) throws Exception {
    var lines = Files.readAllLines(Path.of(args[2]));
    var bytes = new ByteArraySerializer();
    for (int next = 3; next < args.length; next += 2) {
      Map<String, Object> settings = new HashMap<>();
      settings.put("bootstrap.servers", args[0]);
      settings.put("compression.type", args[next]);
      // Long enough for a batch of more than one record.
      settings.put("linger.ms", 50);
      int partition = Integer.parseInt(args[next + 1]);
      try (var producer = new KafkaProducer<byte[], byte[]>(settings, bytes, bytes)) {
        for (String line : lines) {
          producer.send(new ProducerRecord<>(args[1], partition, null, line.getBytes("UTF-8")));
        }
      }
    }
  }
}
