/// A square picture on which strokes are drawn with a round pen, antialiased by the distance to the stroke.
struct DigitCanvas {
  private let side: Int
  /// The share of ink, 0 to 1, of every pixel.
  private var cover: [Double]
  private var radius = 1.0
  private var ink = 255.0

  init(side: Int) {
    self.side = side
    cover = [Double](repeating: 0, count: side * side)
  }

  /// Clears the picture and takes a pen that draws lines `2 * radius` pixels wide and leaves at most `ink` of 255.
  mutating func begin(radius: Double, ink: Double) {
    for k in cover.indices { cover[k] = 0 }
    self.radius = radius
    self.ink = ink
  }

  /// The brightness of pixel `k` in row-major order.
  func byte(_ k: Int) -> UInt8 { UInt8(cover[k] * ink + 0.5) }

  /// Draws straight lines between `points`, or a Catmull-Rom curve through them.
  mutating func draw(_ points: [DigitStrokes.Point], isSmooth: Bool, isClosed: Bool) {
    let count = points.count
    func point(_ k: Int) -> DigitStrokes.Point {
      isClosed ? points[(k + count) % count] : points[min(max(k, 0), count - 1)]
    }
    for k in 0..<(isClosed ? count : count - 1) {
      let (before, start, end, after) = (point(k - 1), point(k), point(k + 1), point(k + 2))
      guard isSmooth else {
        segment(start, end)
        continue
      }
      func curve(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ t: Double) -> Double {
        b + t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * (3 * b - a - 3 * c + d))) / 2
      }
      var last = start
      for part in 1...4 {
        let t = Double(part) / 4
        let next = DigitStrokes.Point(
          x: curve(before.x, start.x, end.x, after.x, t), y: curve(before.y, start.y, end.y, after.y, t))
        segment(last, next)
        last = next
      }
    }
  }

  private mutating func segment(_ a: DigitStrokes.Point, _ b: DigitStrokes.Point) {
    let reach = radius + 0.5
    func range(_ low: Double, _ high: Double) -> Range<Int> {
      // Pixel k covers k ..< k + 1; its centre is k + 0.5.
      let first = max(0, Int((low - reach - 0.5).rounded(.up)))
      let last = min(side - 1, Int((high + reach - 0.5).rounded(.down)))
      return first..<max(first, last + 1)
    }
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let squaredLength = dx * dx + dy * dy
    let inverse = squaredLength > 0 ? 1 / squaredLength : 0
    let columns = range(min(a.x, b.x), max(a.x, b.x))
    for row in range(min(a.y, b.y), max(a.y, b.y)) {
      let y = Double(row) + 0.5 - a.y
      for column in columns {
        let x = Double(column) + 0.5 - a.x
        let along = min(max((x * dx + y * dy) * inverse, 0), 1)
        let (ox, oy) = (x - along * dx, y - along * dy)
        let distance = (ox * ox + oy * oy).squareRoot()
        let share = min(max(reach - distance, 0), 1)
        if share > cover[row * side + column] { cover[row * side + column] = share }
      }
    }
  }
}
