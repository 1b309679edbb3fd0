import Essentials

/// Pillow's antialiased bilinear resize of 8-bit grey pictures, bit for bit.
///
/// The filter is a triangle whose support grows with the reduction, so that every source pixel counts. Coefficients
/// are normalised in Float64, rounded to 22-bit fixed point, and applied first along rows, then along columns, with
/// rounding and clipping to a byte after each pass (`Resample.c` of Pillow).
public struct ImageResize: Sendable {
  /// Rows and columns of a source picture.
  public let rows: Int, columns: Int
  /// Rows and columns of a result.
  public let toRows: Int, toColumns: Int

  private let horizontal: Taps
  private let vertical: Taps

  /// For each result place the first source place it draws on, and `width` fixed-point coefficients, zeros at the end.
  private struct Taps: Sendable {
    var starts: [Int] = []
    var coefficients: [Int32] = []
    var width = 0
  }

  private static let fractionBits = 22

  /// Prepares resizing of pictures of `rows` x `columns`.
  ///
  /// - Throws: `Misuse` unless every size is from 1 to 32768.
  public init(rows: Int, columns: Int, toRows: Int, toColumns: Int) throws {
    guard [rows, columns, toRows, toColumns].allSatisfy({ (1...32768).contains($0) }) else {
      throw Misuse("resize: expected sizes from 1 to 32768, got \(rows)x\(columns) to \(toRows)x\(toColumns)")
    }
    self.rows = rows
    self.columns = columns
    self.toRows = toRows
    self.toColumns = toColumns
    horizontal = ImageResize.taps(from: columns, to: toColumns)
    vertical = ImageResize.taps(from: rows, to: toRows)
  }

  /// The resized pictures, one after the other.
  ///
  /// - Parameter pixels: whole pictures of `rows` x `columns`, one after the other.
  /// - Throws: `Misuse` when the pixels are not a whole number of pictures.
  public func apply(_ pixels: [UInt8]) throws -> [UInt8] {
    let size = rows * columns
    guard pixels.count % size == 0 else {
      throw Misuse("resize: expected whole pictures of \(rows)x\(columns), got \(pixels.count) pixels")
    }
    let number = pixels.count / size
    let resultSize = toRows * toColumns
    // Transposed between the passes, so that both run along neighbouring bytes: [toColumns, rows].
    var between = [UInt8](repeating: 0, count: rows * toColumns)
    return [UInt8](unsafeUninitializedCapacity: number * resultSize) { result, initializedCount in
      pixels.withUnsafeBufferPointer { pixels in
        between.withUnsafeMutableBufferPointer { between in
          guard let source = pixels.baseAddress, let middle = between.baseAddress, let target = result.baseAddress
          else { return }
          for picture in 0..<number {
            pass(horizontal, source + picture * size, lines: rows, length: columns, results: toColumns, middle)
            pass(
              vertical, middle, lines: toColumns, length: rows, results: toRows, target + picture * resultSize)
          }
        }
      }
      initializedCount = number * resultSize
    }
  }

  /// Filters `lines` lines of `length` bytes and writes the result transposed: place `p` of line `l` at
  /// `target[p * lines + l]`.
  @inline(__always)
  private func pass(
    _ taps: Taps, _ source: UnsafePointer<UInt8>, lines: Int, length: Int, results: Int,
    _ target: UnsafeMutablePointer<UInt8>
  ) {
    let width = taps.width
    let half = Int32(1) << Int32(ImageResize.fractionBits - 1)
    taps.starts.withUnsafeBufferPointer { starts in
      taps.coefficients.withUnsafeBufferPointer { coefficients in
        for place in 0..<results {
          let start = starts[place]
          let own = coefficients.baseAddress.unsafelyUnwrapped + place * width
          for line in 0..<lines {
            let from = source + line * length + start
            var sum = half
            for k in 0..<width { sum &+= Int32(from[k]) &* own[k] }
            target[place * lines + line] = UInt8(clamping: sum >> Int32(ImageResize.fractionBits))
          }
        }
      }
    }
  }

  private static func taps(from inSize: Int, to outSize: Int) -> Taps {
    let scale = Double(inSize) / Double(outSize)
    // The triangle has half-width 1 in the coarser of the two grids.
    let filterScale = max(scale, 1)
    let support = filterScale
    var rows: [(start: Int, values: [Int32])] = []
    for place in 0..<outSize {
      let center = (Double(place) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), inSize)
      var values = (start..<end).map { k in
        max(0, 1 - abs((Double(k) - center + 0.5) * (1 / filterScale)))
      }
      let total = values.reduce(0, +)
      if total != 0 { values = values.map { $0 / total } }
      rows.append(
        (start, values.map { Int32($0 * Double(1 << fractionBits) + 0.5) }))
    }
    // All rows get the same number of coefficients; where that would read past the end, the row starts earlier.
    let width = rows.reduce(0) { max($0, $1.values.count) }
    var taps = Taps()
    taps.width = width
    for row in rows {
      let start = min(row.start, inSize - width)
      taps.starts.append(start)
      var own = [Int32](repeating: 0, count: width)
      for (k, value) in row.values.enumerated() { own[row.start - start + k] = value }
      taps.coefficients.append(contentsOf: own)
    }
    return taps
  }
}
