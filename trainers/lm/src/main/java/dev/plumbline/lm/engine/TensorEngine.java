/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * libtorch with a fixed thread count and floating-point type. All work runs inside {@link
 * #compute}, which sets the modes that libtorch keeps per thread and closes the arrays made on the
 * way. One thread at a time may be inside; a second one is refused.
 */
public final class TensorEngine implements AutoCloseable {
  private static final String ENGINE = "PyTorch";

  private final int threads;
  private final ComputeDevice device;
  private final DataType floatType;
  private final NDManager root;
  private final NDManager host;
  private final TensorProgram learning;
  private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();

  private TensorEngine(int threads, ComputeDevice device, DataType floatType, NDManager root) {
    this.threads = threads;
    this.device = device;
    this.floatType = floatType;
    this.root = root;
    this.host = root.newSubManager(Device.cpu());
    this.learning = compile(TensorEngine.class, List.of("learning.py"), "Learning", Map.of());
  }

  /**
   * @param threads libtorch threads of each call
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param floatType of what Java hands over: FLOAT32 or FLOAT64
   * @throws DeviceUnavailableException when the libtorch at hand or the machine lacks the device
   */
  public static TensorEngine open(int threads, String device, DataType floatType) {
    ComputeDevice where = ComputeDevice.parse(device);
    NDManager root = load(where).newBaseManager(where.toDjl());
    try {
      requireUsable(root, where);
      return new TensorEngine(threads, where, floatType, root);
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
  }

  /** Loads libtorch, if it is not yet, once it is known to be the right one. */
  private static Engine load(ComputeDevice device) {
    stayOffline();
    Libtorch library = Libtorch.find(Utils::getEnvOrSystemProperty);
    library.requireFor(device);
    if (library.folder() != null && Utils.getEnvOrSystemProperty(Libtorch.FLAVOR) == null) {
      // The binding's own guess is a build that does not exist for this version.
      System.setProperty(Libtorch.FLAVOR, library.binding());
    }
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException e) {
      Throwable reason = e;
      while (reason.getCause() != null) {
        reason = reason.getCause();
      }
      throw new DeviceUnavailableException(
          "libtorch %s can't be loaded: %s (a build for CUDA needs NVIDIA's driver)"
              .formatted(
                  library.folder() == null ? library.version() : library.folder(),
                  reason.getMessage()),
          e);
    }
  }

  private static void requireUsable(NDManager root, ComputeDevice device) {
    switch (device) {
      case ComputeDevice.Cpu cpu -> {}
      case ComputeDevice.Cuda gpu -> {
        if (!root.getEngine().hasCapability(StandardCapabilities.CUDA)) {
          throw new DeviceUnavailableException(
              "device %s does not exist: libtorch sees no GPU (nvidia-smi shows those of the machine, CUDA_VISIBLE_DEVICES hides some)"
                  .formatted(gpu));
        }
        try (NDArray probe = root.create(0)) {
          probe.toIntArray();
        } catch (EngineException e) {
          throw new DeviceUnavailableException(
              "device %s can't be used: %s"
                  .formatted(gpu, e.getMessage().lines().findFirst().orElse("")),
              e);
        }
      }
    }
  }

  /** Keeps DJL from downloading anything, unless {@code ai.djl.offline} says otherwise. */
  public static void stayOffline() {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  /** Version of libtorch. */
  public static String libtorchVersion() {
    return Engine.getEngine(ENGINE).getVersion();
  }

  /** Version of the Java binding. */
  public static String djlVersion() {
    return Engine.getDjlVersion();
  }

  public int threads() {
    return threads;
  }

  public ComputeDevice device() {
    return device;
  }

  public DataType floatType() {
    return floatType;
  }

  /** Number of arrays that the engine holds. */
  public long openArrays() {
    return root.getManagedArrays().size();
  }

  /** Arrays that outlive a scope: weights, optimizer state, a kept graph. The owner closes it. */
  public NDManager newOwner() {
    return root.newSubManager();
  }

  /** Compiles a program; it is closed with the engine at the latest. */
  public TensorProgram compile(
      Class<?> owner, List<String> resources, String className, Map<String, Number> constants) {
    return TensorProgram.compile(root, owner, resources, className, constants);
  }

  /** What learning needs of tensors, whatever the model. */
  public TensorProgram learning() {
    return learning;
  }

  /**
   * Works inside the engine without recording a graph.
   *
   * @param work receives the owner of the arrays that end with the work
   */
  public <T> T compute(Function<NDManager, T> work) {
    return inside(false, work);
  }

  /** As {@link #compute}, recording a graph. */
  public <T> T computeRecording(Function<NDManager, T> work) {
    return inside(true, work);
  }

  private <T> T inside(boolean recording, Function<NDManager, T> work) {
    Thread current = Thread.currentThread();
    Thread other = user.compareAndExchange(null, current);
    if (other != null) {
      throw new IllegalStateException(
          "the engine is used by thread '%s' and can't be entered by '%s': one thread at a time"
              .formatted(other.getName(), current.getName()));
    }
    try (NDManager arrays = root.newSubManager()) {
      // All three are thread-local in libtorch, and a new thread starts with recording on.
      JniUtils.setGradMode(recording);
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setNumThreads(threads);
      return work.apply(arrays);
    } finally {
      user.set(null);
    }
  }

  /**
   * A floating-point array of the engine's type. The values are copied into memory that libtorch
   * allocates: kernels may round differently on memory of another alignment, which Java's buffers
   * don't fix.
   */
  public NDArray create(NDManager owner, float[] values, long... shape) {
    return ofFloatType(owner, owner.create(values, new Shape(shape)));
  }

  /** As {@link #create(NDManager, float[], long...)}. */
  public NDArray create(NDManager owner, double[] values, long... shape) {
    return ofFloatType(owner, owner.create(values, new Shape(shape)));
  }

  /**
   * An array of ids, copied into memory that libtorch owns: a graph goes on reading them after the
   * scope that made them has ended, and Java's buffers are freed with it.
   */
  public NDArray create(NDManager owner, long[] values, long... shape) {
    return copied(owner, owner.create(values, new Shape(shape)));
  }

  /** An array of small integers, as {@link #create(NDManager, long[], long...)}. */
  public NDArray create(NDManager owner, byte[] values, long... shape) {
    return copied(owner, owner.create(ByteBuffer.wrap(values), new Shape(shape), DataType.INT8));
  }

  /** One number of the engine's type, without dimensions: it never widens what it multiplies. */
  public NDArray scalar(NDManager owner, double value) {
    return create(owner, new double[] {value});
  }

  /** 64-bit floats, whatever the engine's type. */
  public NDArray createDouble(NDManager owner, double[] values, long... shape) {
    return copied(owner, owner.create(values, new Shape(shape)));
  }

  /** Numbers that the program reads one by one: they stay in the host's memory. */
  public NDArray onHost(NDManager owner, long... values) {
    return copied(owner, host.create(values));
  }

  /** As {@link #onHost(NDManager, long...)}. */
  public NDArray onHost(NDManager owner, double... values) {
    return copied(owner, host.create(values));
  }

  /** Nothing: for an argument that a method can do without. */
  public NDArray empty(NDManager owner) {
    return create(owner, new long[0], 0);
  }

  /** The tensor, or nothing. */
  public NDArray orEmpty(NDManager owner, @Nullable NDArray tensor) {
    return tensor == null ? empty(owner) : tensor;
  }

  private NDArray ofFloatType(NDManager owner, NDArray view) {
    if (view.getDataType() == floatType) {
      return copied(owner, view);
    }
    try (view) {
      NDArray converted = view.toType(floatType, false);
      converted.attach(owner);
      return converted;
    }
  }

  /** The same in libtorch's own memory, in place of a view of a Java buffer. */
  private static NDArray copied(NDManager owner, NDArray view) {
    try (view) {
      NDArray copy = view.duplicate();
      copy.attach(owner);
      return copy;
    }
  }

  /** Values of a floating-point array, row-major. */
  public static double[] values(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] floats = array.toFloatArray();
    double[] values = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  @Override
  public void close() {
    root.close();
  }
}
