import Essentials

/// The data set `digits`: drawn digits of 28x28 pixels, so that a first run needs no download.
///
/// Every digit is a few strokes (see `DigitStrokes`), bent by moving their points, then rotated, sheared, scaled and
/// shifted, and drawn with a pen of random width. A picture depends only on the seed, its split and its place in it, so
/// a shorter set is the beginning of a longer one; no two pictures share random numbers. Only + - * / and square roots
/// are used, so that every machine draws the same bytes.
public struct SyntheticDigits: Sendable {
  /// Where the random numbers start; 28 by default.
  public let seed: UInt64
  /// The number of training images; 10,000 by default.
  public let trainCount: Int
  /// The number of test images; 2,000 by default.
  public let testCount: Int

  static let side = 28

  /// A set of drawn digits.
  ///
  /// - Throws: `Misuse` when a count is negative or above 10 million.
  public init(seed: UInt64 = 28, trainCount: Int = 10_000, testCount: Int = 2_000) throws {
    guard (0...10_000_000).contains(trainCount), (0...10_000_000).contains(testCount) else {
      throw Misuse("digits: expected counts from 0 to 10000000, got \(trainCount) and \(testCount)")
    }
    self.seed = seed
    self.trainCount = trainCount
    self.testCount = testCount
  }

  /// Draws one split.
  public func dataset(_ split: DatasetCatalog.Split) throws -> Dataset {
    let count = split == .train ? trainCount : testCount
    let size = SyntheticDigits.side * SyntheticDigits.side
    var labels: [Int] = []
    labels.reserveCapacity(count)
    var canvas = DigitCanvas(side: SyntheticDigits.side)
    let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { pixels, initialized in
      for index in 0..<count {
        labels.append(draw(split, index, &canvas))
        for k in 0..<size { pixels[index * size + k] = canvas.byte(k) }
      }
      initialized = count * size
    }
    return try Dataset(
      name: "digits", split: split.rawValue, pixels: pixels, labels: labels, rows: SyntheticDigits.side,
      columns: SyntheticDigits.side, classNames: DatasetCatalog.digitNames)
  }

  /// Draws picture `index` and returns what it shows.
  private func draw(_ split: DatasetCatalog.Split, _ index: Int, _ canvas: inout DigitCanvas) -> Int {
    // One stream per picture: the generator's seeding scatters neighbouring numbers.
    var streams = RandomSource(seed: seed)
    let start = streams.next()
    var random = RandomSource(seed: start &+ UInt64(2 * index + (split == .train ? 0 : 1)))
    let digit = random.below(10)
    let styles = DigitStrokes.styles[digit]
    let strokes = styles[random.below(styles.count)]

    // Rotation by the angle whose half has tangent t, up to about 20 degrees.
    let t = random.uniform(-0.16, 0.16)
    let cosine = (1 - t * t) / (1 + t * t)
    let sine = 2 * t / (1 + t * t)
    let width = random.uniform(10, 17)
    let height = random.uniform(17.5, 21.5)
    let shear = random.uniform(-0.3, 0.3)
    let centerX = 14 + random.uniform(-1.5, 1.5)
    let centerY = 14 + random.uniform(-1.5, 1.5)
    let jitter = 0.055
    canvas.begin(radius: random.uniform(0.85, 1.7), ink: random.uniform(210, 255))
    for stroke in strokes {
      let points = stroke.points.map { point in
        let y = (point.y - 0.5 + random.uniform(-jitter, jitter)) * height
        let x = (point.x - 0.5 + random.uniform(-jitter, jitter)) * width - shear * y
        return DigitStrokes.Point(x: centerX + cosine * x - sine * y, y: centerY + sine * x + cosine * y)
      }
      canvas.draw(points, isSmooth: stroke.isSmooth, isClosed: stroke.isClosed)
    }
    return digit
  }
}
