import CPNG
import Essentials

extension Tensor {
  /// Writes this tensor as a PNG picture: greys from a matrix or a vector, colours from rows x columns x 3.
  ///
  /// - Parameters:
  ///   - rows: the height of a vector's picture; by default it is square.
  ///   - range: what is black and what is white; 0 to 1 by default. NaN is black.
  ///   - scale: how many pixels of the file, across and down, each element takes; 1 by default.
  /// - Throws: `Misuse` when the tensor is not a picture or the scale is not from 1 to 100; `OutsideFailure` when the
  ///   file cannot be written.
  public func savePNG(
    _ path: String, rows: Int? = nil, range: ClosedRange<Double> = 0...1, scale: Int = 1
  ) throws {
    guard (1...100).contains(scale) else { throw Misuse("save_png: expected a scale from 1 to 100, got \(scale)") }
    let (grid, channels) = try pixels(rows: rows, range: range, colours: true, for: "save_png")
    let width = grid[0].count / channels * scale
    let height = grid.count * scale
    guard width <= 65_535, height <= 65_535, width * height <= 1 << 28 else {
      throw Misuse("save_png: a picture of \(width) x \(height) pixels is too large")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * channels)
    for row in grid {
      var line: [UInt8] = []
      for column in 0..<row.count / channels {
        for _ in 0..<scale { line += row[column * channels..<(column + 1) * channels] }
      }
      for _ in 0..<scale { pixels += line }
    }

    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }
    func failure() -> OutsideFailure {
      let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      return OutsideFailure("\(path): the picture cannot be written: \(message)")
    }
    // Room for incompressible pixels, a filter byte per line and the frame around them.
    var size = pixels.count + pixels.count / 500 + height + 4096
    var bytes = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else { throw failure() }
    try FileAccess.write(bytes[..<size], to: path)
  }
}
