import Essentials

extension Tensor {
  /// This tensor as a picture of greys: lines of text that end in line feeds.
  ///
  /// - Parameters:
  ///   - style: 24-bit greys by default.
  ///   - rows: the height of a vector's picture; by default it is square.
  ///   - range: what is black and what is white; 0 to 1 by default. NaN is black.
  /// - Throws: `Misuse` when the tensor is not a matrix nor a vector that fills one.
  public func showPicture(
    style: PictureStyle = .trueColor, rows: Int? = nil, range: ClosedRange<Double> = 0...1
  ) throws -> String { try Tensor.showPictures([self], style: style, rows: rows, range: range) }

  /// Pictures side by side; see `showPicture`.
  ///
  /// - Parameter titles: a line above each picture, cut to its width.
  /// - Throws: `Misuse` when one of them is not a picture, or titles are given and do not match in number.
  public static func showPictures(
    _ pictures: [Tensor], titles: [String] = [], style: PictureStyle = .trueColor, rows: Int? = nil,
    range: ClosedRange<Double> = 0...1
  ) throws -> String {
    guard titles.isEmpty || titles.count == pictures.count else {
      throw Misuse("show: expected a title for each of the \(pictures.count) pictures, got \(titles.count)")
    }
    let blocks = try pictures.map { picture in
      let (grid, _) = try picture.pixels(rows: rows, range: range, for: "show")
      return (lines: drawLines(grid, style), width: (grid.first?.count ?? 0) * (style == .plain ? 2 : 1))
    }
    let gap = "  "
    var text = ""
    if !titles.isEmpty {
      let cells = zip(titles, blocks).map { title, block in
        let shown = String(title.prefix(block.width))
        return shown + String(repeating: " ", count: max(0, block.width - shown.count))
      }
      text += trimmingEnd(cells.joined(separator: gap)) + "\n"
    }
    for line in 0..<(blocks.map(\.lines.count).max() ?? 0) {
      let cells = blocks.map { block in
        line < block.lines.count ? block.lines[line] : String(repeating: " ", count: block.width)
      }
      let row = cells.joined(separator: gap)
      text += (style == .plain ? trimmingEnd(row) : row) + "\n"
    }
    return text
  }

  /// The picture's rows of greys from 0 (black) to 255, one number per channel, and the number of channels.
  ///
  /// - Parameter colours: whether rows x columns x 3 is a picture too.
  func pixels(
    rows: Int?, range: ClosedRange<Double>, colours: Bool = false, for operation: String
  ) throws -> (grid: [[UInt8]], channels: Int) {
    func mismatch(_ expected: String) -> Misuse {
      Misuse("\(operation): expected \(expected), got a tensor of shape \(Tensor.describe(shape: shape))")
    }
    guard range.lowerBound < range.upperBound, (range.upperBound - range.lowerBound).isFinite else {
      throw Misuse("\(operation): expected a finite range with a lower and a higher end")
    }
    let height: Int
    var channels = 1
    switch shape.count {
    case 1:
      height = rows ?? Int(Double(count).squareRoot().rounded())
      guard height > 0, count > 0, count % height == 0, rows != nil || height * height == count else {
        throw mismatch(rows.map { "a vector that fills \($0) rows" } ?? "a matrix or a vector that fills a square")
      }
    case 2:
      height = shape[0]
    case 3 where colours && shape[2] == 3:
      height = shape[0]
      channels = 3
    default: throw mismatch("a matrix or a vector" + (colours ? ", or rows x columns x 3 for colours" : ""))
    }
    guard count > 0 else { throw mismatch("at least one pixel") }
    let scale = 255 / (range.upperBound - range.lowerBound)
    let values = array.map { value -> UInt8 in
      let grey = ((value - range.lowerBound) * scale).rounded()
      return grey > 0 ? UInt8(min(grey, 255)) : 0
    }
    let width = count / height
    return ((0..<height).map { Array(values[$0 * width..<($0 + 1) * width]) }, channels)
  }

  private static func drawLines(_ grid: [[UInt8]], _ style: PictureStyle) -> [String] {
    if style == .plain {
      let shades: [String] = ["  ", "░░", "▒▒", "▓▓", "██"]
      return grid.map { row in row.map { shades[Int($0) * 5 / 256] }.joined() }
    }
    func colour(_ grey: UInt8, _ layer: Int) -> String {
      guard style == .indexedColor else { return "\(layer);2;\(grey);\(grey);\(grey)" }
      // 232 ... 255 are greys from 8 to 238 in steps of 10; 16 and 231 are black and white.
      let index = grey < 4 ? 16 : grey > 246 ? 231 : 232 + min(23, max(0, (Int(grey) - 3) / 10))
      return "\(layer);5;\(index)"
    }
    return stride(from: 0, to: grid.count, by: 2).map { top in
      var line = ""
      var last = ""
      for column in grid[top].indices {
        var sequence = colour(grid[top][column], 38)
        // The lower half of the last line of an odd height keeps the terminal's background.
        sequence += top + 1 < grid.count ? ";" + colour(grid[top + 1][column], 48) : ";49"
        if sequence != last { line += "\u{1B}[\(sequence)m" }
        last = sequence
        line += "▀"
      }
      return line + "\u{1B}[0m"
    }
  }

  private static func trimmingEnd(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
