extension L1Ball {
  /// The exact maximum of c·x: a fractional knapsack (Dantzig, "Discrete-variable extremum problems", 1957).
  ///
  /// Moving input i gains |c_i| per unit until the box stops it, so the budget goes to the largest |c_i| first. Few
  /// inputs are moved before the budget is spent; they are selected through the maxima of blocks of coefficients
  /// instead of by sorting them all.
  public func support(
    _ c: UnsafePointer<Double>, maximizer: UnsafeMutablePointer<Double>?, workspace: SupportWorkspace
  ) -> Support {
    let keys = workspace.keys
    let heads = workspace.heads
    let blockSize = SupportWorkspace.blockSize
    let count = inputCount
    let blockCount = (count + blockSize - 1) / blockSize
    let (base, magnitude) = prepare(c, keys: keys)
    for index in count..<blockCount * blockSize { keys[index] = 0 }
    for block in 0..<blockCount { heads[block] = L1Ball.largest(keys + block * blockSize) }
    if let maximizer { box.center.withUnsafeBufferPointer { copy($0, to: maximizer) } }

    var left = epsilon
    var gain = 0.0
    var largestKey = 0.0
    while left > 0 {
      var block = 0
      var key = heads[0]
      for candidate in 1..<max(blockCount, 1) where heads[candidate] > key {
        key = heads[candidate]
        block = candidate
      }
      guard key > 0 else { break }
      largestKey = max(largestKey, key)
      let first = keys + block * blockSize
      var place = 0
      while first[place] != key { place += 1 }
      let index = block * blockSize + place
      let grows = c[index] > 0
      let room = room(index, grows: grows)
      let step = min(room, left)
      gain += key * step
      if let maximizer {
        if room <= left {
          maximizer[index] = grows ? box.upper[index] : box.lower[index]
        } else {
          let moved = box.center[index] + (grows ? step : -step)
          maximizer[index] = min(max(moved, box.lower[index]), box.upper[index])
        }
      }
      left -= step
      first[place] = 0
      heads[block] = L1Ball.largest(first)
    }
    // The rooms and what is left of the budget are rounded too: each by at most n units of the last place of epsilon,
    // worth the largest coefficient per unit.
    return Support(
      value: base + gain,
      error: Rounding.error(terms: count + 16, size: magnitude + gain + largestKey * epsilon))
  }

  /// Fills `keys` with the gain per unit of every input and returns c·center and Σ |c_i center_i|.
  @inline(__always)
  private func prepare(_ c: UnsafePointer<Double>, keys: UnsafeMutablePointer<Double>) -> (Double, Double) {
    typealias Lanes = SIMD8<Double>
    let count = inputCount
    let vectorized = count / 8 * 8
    return box.center.withUnsafeBufferPointer { center in
      growable.withUnsafeBufferPointer { growable in
        shrinkable.withUnsafeBufferPointer { shrinkable in
          guard let center = center.baseAddress, let growable = growable.baseAddress,
            let shrinkable = shrinkable.baseAddress
          else { return (0, 0) }
          var sum = Lanes.zero
          var magnitude = Lanes.zero
          var index = 0
          while index < vectorized {
            let coefficient = UnsafeRawPointer(c + index).loadUnaligned(as: Lanes.self)
            let up = coefficient * UnsafeRawPointer(growable + index).loadUnaligned(as: Lanes.self)
            let down = -coefficient * UnsafeRawPointer(shrinkable + index).loadUnaligned(as: Lanes.self)
            let key = up.replacing(with: down, where: down .> up)
            UnsafeMutableRawPointer(keys + index).storeBytes(of: key, as: Lanes.self)
            let term = coefficient * UnsafeRawPointer(center + index).loadUnaligned(as: Lanes.self)
            sum += term
            magnitude += term.replacing(with: -term, where: term .< 0)
            index += 8
          }
          var total = sum.sum()
          var absolute = magnitude.sum()
          while index < count {
            keys[index] = max(c[index] * growable[index], -c[index] * shrinkable[index])
            total += c[index] * center[index]
            absolute += abs(c[index] * center[index])
            index += 1
          }
          return (total, absolute)
        }
      }
    }
  }

  /// The largest of the numbers of one block.
  @inline(__always)
  private static func largest(_ block: UnsafeMutablePointer<Double>) -> Double {
    typealias Lanes = SIMD8<Double>
    let memory = UnsafeRawPointer(block)
    var best = memory.loadUnaligned(as: Lanes.self)
    for part in 1..<SupportWorkspace.blockSize / 8 {
      let next = memory.loadUnaligned(fromByteOffset: part * 64, as: Lanes.self)
      best = best.replacing(with: next, where: next .> best)
    }
    let half = best.lowHalf.replacing(with: best.highHalf, where: best.highHalf .> best.lowHalf)
    return max(max(half[0], half[1]), max(half[2], half[3]))
  }
}

import Essentials
/// Copies the whole of `source`.
func copy(_ source: UnsafeBufferPointer<Double>, to target: UnsafeMutablePointer<Double>) {
  if let base = source.baseAddress { target.update(from: base, count: source.count) }
}
