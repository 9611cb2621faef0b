/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import dev.plumbline.base.keys.KeyFile.Live;
import dev.plumbline.base.keys.KeyFile.Tombstone;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key store in a folder: one file per subject, its key wrapped by a key-encryption key that lies
 * elsewhere.
 *
 * <p>A file appears whole or not at all, and is on the disk before its key is used. Writers take
 * turns by an operating-system lock; readers take none, because every change is a rename. A reader
 * looks at the file's attributes each time, so that a key destroyed by another process is gone here
 * too, at once.
 *
 * <p>Destroying puts a tombstone in the place of the key's file, then overwrites what the file
 * held. A disk that copies on write, or a backup, may still hold the wrapped bytes: after {@link
 * #rewrap} under a new key-encryption key and the end of the old one nobody can unwrap those
 * either.
 */
public final class FileKeyStore implements KeyStore {
  private static final String LOCK_FILE = "keys.lock";
  private static final int KEY_ID_BYTES = 8;
  private static final int MAX_CACHED = 50_000;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Object WRITERS_OF_THIS_PROCESS = new Object();

  private final Path folder;
  private final @Nullable KeyEncryptionKeyFile ownKeyEncryptionKey;
  private final KeyWrapping wrapping;
  private final InstantSource clock;
  private final Map<String, Cached> cache = new ConcurrentHashMap<>();

  /** A key as it was read, and the file it was read from. */
  private record Cached(Stamp stamp, DataKey key) {}

  /** Changes with every change of a file. */
  private record Stamp(@Nullable Object inode, long modifiedNanos, long size) {}

  private FileKeyStore(
      Path folder,
      @Nullable KeyEncryptionKeyFile ownKeyEncryptionKey,
      KeyWrapping wrapping,
      InstantSource clock) {
    this.folder = folder.toAbsolutePath().normalize();
    this.ownKeyEncryptionKey = ownKeyEncryptionKey;
    this.wrapping = wrapping;
    this.clock = clock;
  }

  /**
   * Opens the store that the settings name. Nothing is written before the first key is.
   *
   * @param data the data folder, where keys are unless the settings say otherwise
   * @param environment the process's environment variables
   * @throws KeyStoreException when there are keys that can't be unwrapped
   */
  public static FileKeyStore open(
      KeySettings settings, Path data, Map<String, String> environment, InstantSource clock) {
    Path folder = settings.folder() == null ? data.resolve("keys") : settings.folder();
    @Nullable String given = environment.get(settings.keyEncryptionKeyEnv());
    if (settings.keyEncryptionKeyFile() == null && given != null) {
      String origin = "variable " + settings.keyEncryptionKeyEnv();
      List<KeyEncryptionKey> keys = KeyEncryptionKey.parse(given, origin);
      return opened(
          new FileKeyStore(folder, null, new LocalKeyWrapping(() -> keys, origin), clock));
    }
    return open(
        folder,
        settings.keyEncryptionKeyFile() == null
            ? data.resolve("key-encryption-key")
            : settings.keyEncryptionKeyFile(),
        clock);
  }

  /**
   * Opens a store whose key-encryption key is in a file, made with the first key.
   *
   * @throws KeyStoreException when there are keys that can't be unwrapped
   */
  public static FileKeyStore open(Path folder, Path keyEncryptionKey, InstantSource clock) {
    var file = new KeyEncryptionKeyFile(keyEncryptionKey.toAbsolutePath().normalize());
    return opened(
        new FileKeyStore(folder, file, new LocalKeyWrapping(file::read, file.toString()), clock));
  }

  /** A key that can't be unwrapped is better known at the start than with the first text. */
  private static FileKeyStore opened(FileKeyStore store) {
    if (!Files.isDirectory(store.folder)) {
      return store;
    }
    store.finishDestroying();
    for (Path file : store.files(KeyFile.SUFFIX)) {
      if (store.read(file).orElse(null) instanceof Live live) {
        store.unwrapped(live);
        break;
      }
    }
    return store;
  }

  @Override
  public DataKey keyFor(String subject) {
    return cached(subject).orElseGet(() -> exclusively(() -> create(subject)));
  }

  @Override
  public Optional<DataKey> find(String subject, String keyId) {
    try {
      return cached(subject).filter(key -> key.keyId().equals(keyId));
    } catch (SubjectErasedException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean isErased(String subject) {
    return read(path(subject)).orElse(null) instanceof Tombstone;
  }

  @Override
  public void destroy(String subject) {
    exclusively(
        () -> {
          Path file = path(subject);
          switch (read(file).orElse(null)) {
            case null -> DurableFiles.write(file, tombstone(subject));
            case Tombstone gone -> {}
            case Live live -> bury(live);
          }
          return null;
        });
    cache.remove(subject);
  }

  @Override
  public List<KeyEntry> list() {
    return files(KeyFile.SUFFIX).stream()
        .flatMap(file -> read(file).stream())
        .map(FileKeyStore::entry)
        .sorted(Comparator.comparing(KeyEntry::subject))
        .toList();
  }

  /**
   * Wraps every key under a new key-encryption key and drops the old one; where the key-encryption
   * key comes from the environment, wraps under the first one there. Other processes go on
   * meanwhile, and one that was interrupted is finished by the next.
   *
   * @return how many keys were wrapped anew
   */
  public int rewrap() {
    return exclusively(
        () -> {
          if (ownKeyEncryptionKey != null) {
            ownKeyEncryptionKey.createIfAbsent();
            ownKeyEncryptionKey.beginRotation();
          }
          wrapping.refresh();
          int wrapped = 0;
          for (Path file : files(KeyFile.SUFFIX)) {
            if (read(file).orElse(null) instanceof Live live
                && !live.wrapped().by().equals(wrapping.current())) {
              DurableFiles.write(file, wrapped(unwrapped(live), live.createdAt()).toBytes());
              wrapped++;
            }
          }
          if (ownKeyEncryptionKey != null) {
            ownKeyEncryptionKey.endRotation();
          }
          wrapping.refresh();
          return wrapped;
        });
  }

  /** The id of the key-encryption key that wraps now. */
  public String keyEncryptionKeyId() {
    return wrapping.current();
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private Optional<DataKey> cached(String subject) {
    Path file = path(subject);
    Stamp stamp;
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      stamp =
          new Stamp(
              attributes.fileKey(),
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              attributes.size());
    } catch (NoSuchFileException e) {
      cache.remove(subject);
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    @Nullable Cached known = cache.get(subject);
    if (known != null && known.stamp().equals(stamp)) {
      return Optional.of(known.key());
    }
    cache.remove(subject);
    return switch (read(file).orElse(null)) {
      case null -> Optional.empty();
      case Tombstone gone -> throw new SubjectErasedException(subject);
      case Live live -> {
        DataKey key = unwrapped(live);
        if (cache.size() >= MAX_CACHED) {
          cache.clear();
        }
        cache.put(subject, new Cached(stamp, key));
        yield Optional.of(key);
      }
    };
  }

  /** Makes the subject's key, unless another process has just done so. */
  private DataKey create(String subject) throws IOException {
    switch (read(path(subject)).orElse(null)) {
      case Tombstone gone -> throw new SubjectErasedException(subject);
      case Live live -> {
        return unwrapped(live);
      }
      case null -> {
        if (ownKeyEncryptionKey != null && files(KeyFile.SUFFIX).isEmpty()) {
          ownKeyEncryptionKey.createIfAbsent();
        }
        byte[] bytes = new byte[DataKey.BYTES];
        RANDOM.nextBytes(bytes);
        byte[] id = new byte[KEY_ID_BYTES];
        RANDOM.nextBytes(id);
        DataKey key = new DataKey(subject, HexFormat.of().formatHex(id), bytes);
        Arrays.fill(bytes, (byte) 0);
        DurableFiles.write(
            path(subject), wrapped(key, clock.instant().truncatedTo(ChronoUnit.MILLIS)).toBytes());
        return key;
      }
    }
  }

  /** The wrapped bytes get a second name, by which they are found if this is interrupted. */
  private void bury(Live live) throws IOException {
    Path file = path(live.subject());
    Path shred = file.resolveSibling(file.getFileName() + DurableFiles.SHRED_SUFFIX);
    DurableFiles.setAside(file, shred);
    DurableFiles.write(file, tombstone(live.subject()));
    DurableFiles.shred(shred);
  }

  /** Ends what a process that was killed while it destroyed keys has begun. */
  private void finishDestroying() {
    if (files(DurableFiles.SHRED_SUFFIX).isEmpty()) {
      return;
    }
    exclusively(
        () -> {
          for (Path shred : files(DurableFiles.SHRED_SUFFIX)) {
            String name = shred.getFileName().toString();
            Path file =
                folder.resolve(
                    name.substring(0, name.length() - DurableFiles.SHRED_SUFFIX.length()));
            if (read(file).orElse(null) instanceof Live live) {
              DurableFiles.write(file, tombstone(live.subject()));
            }
            DurableFiles.shred(shred);
          }
          return null;
        });
  }

  private byte[] tombstone(String subject) {
    return new Tombstone(subject, clock.instant().truncatedTo(ChronoUnit.MILLIS)).toBytes();
  }

  private Live wrapped(DataKey key, Instant createdAt) {
    byte[] context = KeyFile.context(key.subject(), key.keyId());
    return new Live(key.subject(), key.keyId(), createdAt, wrapping.wrap(key.bytes(), context));
  }

  private DataKey unwrapped(Live live) {
    byte[] context = KeyFile.context(live.subject(), live.keyId());
    return new DataKey(live.subject(), live.keyId(), wrapping.unwrap(live.wrapped(), context));
  }

  private static KeyEntry entry(KeyFile file) {
    return switch (file) {
      case Live live ->
          new KeyEntry(live.subject(), live.keyId(), live.wrapped().by(), live.createdAt());
      case Tombstone gone -> new KeyEntry(gone.subject(), null, null, gone.destroyedAt());
    };
  }

  private Path path(String subject) {
    return folder.resolve(KeyFile.name(subject));
  }

  private Optional<KeyFile> read(Path file) {
    try {
      return Optional.of(KeyFile.parse(Files.readAllBytes(file), file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private List<Path> files(String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> files = new ArrayList<>();
      for (Path child : (Iterable<Path>) children.sorted()::iterator) {
        if (child.getFileName().toString().endsWith(suffix)) {
          files.add(child);
        }
      }
      return files;
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** A change, by one thread of one process at a time. */
  private interface Change<T extends @Nullable Object> {
    T make() throws IOException;
  }

  private <T extends @Nullable Object> T exclusively(Change<T> change) {
    // File locks are a process's, not a thread's, so threads take turns by a monitor first.
    synchronized (WRITERS_OF_THIS_PROCESS) {
      try {
        DurableFiles.createFolder(folder);
        try (FileChannel channel =
            FileChannel.open(
                folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          var unused = channel.lock();
          return change.make();
        }
      } catch (IOException e) {
        throw new KeyStoreException(
            "key store %s can't be written (%s): choose a folder that this user may write"
                .formatted(folder, e),
            e);
      }
    }
  }

  private static KeyStoreException unreadable(Path path, IOException e) {
    return new KeyStoreException("key store %s can't be read (%s)".formatted(path, e), e);
  }
}
