/**
 * The fold of hosts' events into labors as a Kafka Streams application: two stores on RocksDB with their changelogs, one of hosts'
 * states, one of labors. Reads a topic that was filled before, and says how long the events took from the first to the last.
 */
package hermes.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

public final class Fold {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOSTS = "hosts";
  private static final String LABORS = "labors";
  /** Of a host's events: a repeat under one of them counts as nothing. */
  private static final int KEYS = 64;

  private record Fate(int id, String creates, String completedBy, boolean intermediate) {}

  private Fold() {}

  /** Arguments: brokers, topic, number of events, folder for the state, threads, and the fates as JSON. */
  public static void main(String[] arguments) throws Exception {
    String topic = arguments[1];
    long events = Long.parseLong(arguments[2]);
    List<Fate> fates = new ArrayList<>();
    for (JsonNode fate : JSON.readTree(arguments[5]))
      fates.add(
          new Fate(
              fates.size() + 1,
              fate.get("creates").asText(),
              fate.get("completedBy").asText(),
              fate.get("intermediate").asBoolean()));
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "fold-" + topic);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[3]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[4]);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    AtomicLong first = new AtomicLong();
    AtomicLong done = new AtomicLong();
    CountDownLatch all = new CountDownLatch(1);
    Runnable judged =
        () -> {
          first.compareAndSet(0, System.nanoTime());
          if (done.incrementAndGet() == events) all.countDown();
        };
    Topology topology = new Topology();
    topology
        .addSource("events", Serdes.String().deserializer(), Serdes.ByteArray().deserializer(), topic)
        .addProcessor("judge", () -> new Judge(fates, judged), "events")
        .addStateStore(store(HOSTS), "judge")
        .addStateStore(store(LABORS), "judge");
    try (KafkaStreams streams = new KafkaStreams(topology, settings)) {
      streams.start();
      all.await();
      double seconds = (System.nanoTime() - first.get()) / 1e9;
      System.out.println("{\"events\":" + events + ",\"seconds\":" + seconds + "}");
    }
  }

  private static org.apache.kafka.streams.state.StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray());
  }

  private static final class Judge implements Processor<String, byte[], Void, Void> {
    private final List<Fate> fates;
    private final Runnable judged;
    private KeyValueStore<String, byte[]> hosts;
    private KeyValueStore<String, byte[]> labors;

    Judge(List<Fate> fates, Runnable judged) {
      this.fates = fates;
      this.judged = judged;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      hosts = context.getStateStore(HOSTS);
      labors = context.getStateStore(LABORS);
    }

    @Override
    public void process(Record<String, byte[]> record) {
      try {
        judge(record.key(), JSON.readTree(record.value()));
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
      judged.run();
    }

    private void judge(String host, JsonNode event) throws IOException {
      byte[] stored = hosts.get(host);
      ObjectNode state = stored == null ? newHost() : (ObjectNode) JSON.readTree(stored);
      int revision = state.get("revision").asInt() + 1;
      state.put("revision", revision);
      String type = event.get("type").asText();
      if (!isRepeat((ArrayNode) state.get("keys"), type, event.path("key"))) change(host, state, revision, type, event);
      hosts.put(host, JSON.writeValueAsBytes(state));
    }

    private static ObjectNode newHost() {
      ObjectNode state = JSON.createObjectNode().put("revision", -1);
      state.putArray("open");
      state.putArray("keys");
      return state;
    }

    private static boolean isRepeat(ArrayNode keys, String type, JsonNode key) {
      String own = key.isTextual() ? type + " " + key.asText() : "";
      for (JsonNode each : keys) if (!own.isEmpty() && each.asText().equals(own)) return true;
      keys.add(own);
      if (keys.size() > KEYS) keys.remove(0);
      return false;
    }

    private void change(String host, ObjectNode state, int revision, String type, JsonNode event) throws IOException {
      String id = host + "~" + revision;
      ArrayNode before = (ArrayNode) state.get("open");
      ArrayNode open = JSON.createArrayNode();
      Fate starting = firstOf(type, false);
      if (starting != null) open.add(opened(id, host, id, type, starting, event));
      int followUps = 0;
      for (JsonNode labor : before) {
        Fate closing = null;
        for (Fate fate : fates)
          if (closing == null && fate.completedBy().equals(type) && fate.creates().equals(labor.get("type").asText()))
            closing = fate;
        if (closing == null) {
          open.add(labor);
          continue;
        }
        String closed = labor.get("id").asText();
        ObjectNode document = (ObjectNode) JSON.readTree(labors.get(closed));
        document.put("state", "completed");
        ObjectNode closedBy = document.putObject("closed").put("event", id).put("type", type).put("fate", closing.id());
        signed(closedBy, event);
        labors.put(closed, JSON.writeValueAsBytes(document));
        Fate following = firstOf(type, true);
        if (following == null) continue;
        followUps += 1;
        open.add(opened(id + "." + followUps, host, labor.get("chain").asText(), type, following, event));
      }
      state.set("open", open);
    }

    private Fate firstOf(String type, boolean intermediate) {
      for (Fate fate : fates) if (fate.intermediate() == intermediate && fate.creates().equals(type)) return fate;
      return null;
    }

    private JsonNode opened(String id, String host, String chain, String type, Fate fate, JsonNode event)
        throws IOException {
      ObjectNode labor = JSON.createObjectNode().put("id", id).put("host", host).put("type", type).put("state", "open");
      labor.put("chain", chain).put("occurrences", 1).put("lastSeen", event.get("at").asText());
      signed(labor.putObject("opened").put("event", id).put("fate", fate.id()), event);
      labors.put(id, JSON.writeValueAsBytes(labor));
      return JSON.createObjectNode().put("id", id).put("type", type).put("chain", chain);
    }

    private static void signed(ObjectNode by, JsonNode event) {
      for (String field : List.of("at", "recordedAt", "by", "note")) by.set(field, event.path(field));
    }
  }
}
