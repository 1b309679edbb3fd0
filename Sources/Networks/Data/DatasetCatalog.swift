import Essentials
import Tensors

/// The data sets that are known by name: `mnist` and `fashion` from gzipped IDX files, and `digits`, which is drawn.
public enum DatasetCatalog {
  /// The part of a data set.
  public enum Split: String, CaseIterable, Sendable {
    /// What networks are trained on.
    case train
    /// What they are judged by.
    case test
  }

  /// The names: `digits`, `mnist`, `fashion`.
  public static let names = ["digits", "mnist", "fashion"]

  /// The class names of `mnist` and `digits`: what is printed on the pictures.
  public static let digitNames = (0...9).map(String.init)

  /// The class names of `fashion`.
  public static let fashionNames = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
  ]

  /// The split `split` of the data set `name`, its pictures scaled to `side` x `side` pixels.
  ///
  /// - Parameters:
  ///   - root: the folder that holds `mnist/train-images-idx3-ubyte.gz` and its kind (by convention
  ///     `$VNNLUA_DATA`); `digits` needs none.
  ///   - side: 28, the size of the originals, by default.
  /// - Throws: `Misuse` for an unknown name, and for a set in files when there is no root; `OutsideFailure` naming the
  ///   file when it is missing, damaged, or not the official one by count or SHA-256.
  public static func load(_ name: String, split: Split, root: String?, side: Int = 28) throws -> Dataset {
    if name == "digits" { return try SyntheticDigits().dataset(split).resized(side: side) }
    guard let files = files[name] else {
      let near = NearestName.of(name, in: names).map { ", did you mean \($0)?" } ?? ""
      throw Misuse("dataset: expected one of \(names.joined(separator: ", ")), got \(name)\(near)")
    }
    guard let root, !root.isEmpty else {
      throw OutsideFailure(
        "\(name): the data sets' folder is not known; set VNNLUA_DATA to the folder that holds \(name)/, "
          + "or fetch it with: vnnlua run fetch-data \(name)")
    }
    let count = split == .train ? 60_000 : 10_000
    let part = split == .train ? files.train : files.test
    let images = try read(root, name, part.images, shape: [count, 28, 28])
    let labels = try read(root, name, part.labels, shape: [count])
    return try Dataset(
      name: name, split: split.rawValue, pixels: images, labels: labels.map(Int.init), rows: 28, columns: 28,
      classNames: name == "fashion" ? fashionNames : digitNames
    ).resized(side: side)
  }

  /// A data set from two IDX files of the caller's own, checked only for their form.
  ///
  /// - Parameter classNames: by default the numbers 0 up to the largest label.
  /// - Throws: `OutsideFailure` naming the file when it is missing, damaged or of another form; `Misuse` when the two
  ///   do not match each other or the class names.
  public static func load(
    name: String, split: String, images imagesPath: String, labels labelsPath: String, classNames: [String]? = nil
  ) throws -> Dataset {
    let images = try IDXFile(path: imagesPath, axes: 3)
    let labels = try IDXFile(path: labelsPath, axes: 1)
    guard images.shape[0] == labels.shape[0] else {
      throw OutsideFailure(
        "\(labelsPath): expected one label for each of \(images.shape[0]) images of \(imagesPath), "
          + "got \(labels.shape[0])")
    }
    let numbers = labels.elements.map(Int.init)
    return try Dataset(
      name: name, split: split, pixels: images.elements, labels: numbers, rows: images.shape[1],
      columns: images.shape[2], classNames: classNames ?? (0...(numbers.max() ?? 0)).map(String.init))
  }

  private typealias File = (name: String, digest: String)
  private typealias Part = (images: File, labels: File)

  private static func read(_ root: String, _ name: String, _ file: File, shape: [Int]) throws -> [UInt8] {
    let path = "\(root)/\(name)/\(file.name)"
    let content: IDXFile
    do {
      content = try IDXFile(path: path, axes: shape.count)
    } catch let failure as OutsideFailure where !FileAccess.exists(path) {
      throw OutsideFailure(
        "\(failure.message); fetch the data with: vnnlua run fetch-data \(name), "
          + "or set VNNLUA_DATA to the folder that holds \(name)/")
    }
    guard content.shape == shape else {
      throw OutsideFailure(
        "\(path): expected \(Tensor.describe(shape: shape)) elements, got \(Tensor.describe(shape: content.shape))")
    }
    guard content.digest == file.digest else {
      throw OutsideFailure(
        "\(path): not the official file: expected decompressed content of SHA-256 \(file.digest), "
          + "got \(content.digest)")
    }
    return content.elements
  }

  private static let files: [String: (train: Part, test: Part)] = [
    "mnist": (
      train: (
        ("train-images-idx3-ubyte.gz", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        ("train-labels-idx1-ubyte.gz", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")
      ),
      test: (
        ("t10k-images-idx3-ubyte.gz", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        ("t10k-labels-idx1-ubyte.gz", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")
      )
    ),
    "fashion": (
      train: (
        ("train-images-idx3-ubyte.gz", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        ("train-labels-idx1-ubyte.gz", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9")
      ),
      test: (
        ("t10k-images-idx3-ubyte.gz", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        ("t10k-labels-idx1-ubyte.gz", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")
      )
    ),
  ]
}
