/// How people write the ten digits: for each one or more styles, each a few strokes in the unit square, y downwards.
enum DigitStrokes {
  struct Point {
    var x: Double
    var y: Double
  }

  struct Stroke {
    let points: [Point]
    /// Whether the stroke is a curve through its points or straight between them.
    let isSmooth: Bool
    /// Whether it returns to its first point.
    let isClosed: Bool
  }

  static let styles: [[[Stroke]]] = [
    [[ring((0.5, 0), (0.8, 0.14), (0.92, 0.5), (0.8, 0.86), (0.5, 1), (0.2, 0.86), (0.08, 0.5), (0.2, 0.14))]],
    [
      [line((0.5, 0), (0.5, 1))],
      [line((0.26, 0.22), (0.52, 0), (0.52, 1))],
      [line((0.26, 0.22), (0.52, 0), (0.52, 1)), line((0.2, 1), (0.84, 1))],
    ],
    [
      [
        curve((0.12, 0.26), (0.28, 0.05), (0.55, 0), (0.82, 0.14), (0.8, 0.36), (0.55, 0.66), (0.1, 1)),
        line((0.1, 1), (0.92, 1)),
      ],
      [
        curve(
          (0.15, 0.2), (0.45, 0), (0.8, 0.16), (0.72, 0.48), (0.3, 0.92), (0.12, 0.88), (0.3, 0.78), (0.6, 0.94),
          (0.95, 0.92))
      ],
    ],
    [
      [
        curve((0.14, 0.12), (0.46, 0), (0.8, 0.13), (0.74, 0.38), (0.42, 0.48)),
        curve((0.42, 0.48), (0.8, 0.58), (0.86, 0.82), (0.5, 1), (0.1, 0.88)),
      ],
      [
        line((0.14, 0), (0.82, 0), (0.44, 0.42)),
        curve((0.44, 0.42), (0.8, 0.52), (0.86, 0.8), (0.5, 1), (0.1, 0.88)),
      ],
    ],
    [
      [line((0.66, 1), (0.66, 0), (0.08, 0.68), (0.94, 0.68))],
      [line((0.22, 0), (0.14, 0.54), (0.86, 0.54)), line((0.76, 0.04), (0.68, 1))],
    ],
    [
      [
        line((0.84, 0), (0.26, 0), (0.2, 0.44)),
        curve((0.2, 0.44), (0.52, 0.36), (0.84, 0.54), (0.82, 0.84), (0.5, 1), (0.12, 0.9)),
      ]
    ],
    [
      [
        curve(
          (0.74, 0.02), (0.4, 0.2), (0.16, 0.56), (0.22, 0.88), (0.52, 1), (0.82, 0.86), (0.8, 0.62), (0.52, 0.5),
          (0.2, 0.68))
      ]
    ],
    [
      [line((0.1, 0), (0.9, 0)), curve((0.9, 0), (0.6, 0.45), (0.42, 1))],
      [line((0.1, 0.02), (0.9, 0), (0.4, 1)), line((0.3, 0.5), (0.82, 0.5))],
      [line((0.1, 0.18), (0.12, 0), (0.9, 0)), curve((0.9, 0), (0.6, 0.45), (0.42, 1))],
    ],
    [
      [
        ring((0.5, 0), (0.78, 0.1), (0.76, 0.36), (0.5, 0.47), (0.24, 0.36), (0.22, 0.1)),
        ring((0.5, 0.47), (0.82, 0.62), (0.8, 0.9), (0.5, 1), (0.2, 0.9), (0.18, 0.62)),
      ],
      [
        curve(
          (0.78, 0.12), (0.5, 0), (0.22, 0.14), (0.34, 0.38), (0.66, 0.58), (0.82, 0.82), (0.5, 1), (0.18, 0.82),
          (0.36, 0.58), (0.68, 0.36), (0.78, 0.12))
      ],
    ],
    [
      [
        ring((0.78, 0.26), (0.54, 0.5), (0.22, 0.4), (0.2, 0.12), (0.5, 0), (0.74, 0.08)),
        curve((0.8, 0.16), (0.8, 0.56), (0.6, 1)),
      ],
      [
        ring((0.76, 0.28), (0.5, 0.5), (0.2, 0.38), (0.22, 0.1), (0.52, 0), (0.76, 0.1)),
        curve((0.78, 0.1), (0.82, 0.6), (0.74, 0.92), (0.46, 1), (0.22, 0.9)),
      ],
    ],
  ]

  private static func stroke(_ points: [(Double, Double)], isSmooth: Bool, isClosed: Bool) -> Stroke {
    Stroke(points: points.map { Point(x: $0.0, y: $0.1) }, isSmooth: isSmooth, isClosed: isClosed)
  }

  private static func line(_ points: (Double, Double)...) -> Stroke {
    stroke(points, isSmooth: false, isClosed: false)
  }

  private static func curve(_ points: (Double, Double)...) -> Stroke {
    stroke(points, isSmooth: true, isClosed: false)
  }

  private static func ring(_ points: (Double, Double)...) -> Stroke {
    stroke(points, isSmooth: true, isClosed: true)
  }
}
