extension L1Ball {
  /// The nearest point of the region in the Euclidean norm, exact up to rounding and never outside by more than that.
  ///
  /// The projection moves input i by min(max(|d_i| - λ, 0), room_i) towards x_i, d = x - center, where the multiplier
  /// λ >= 0 is the smallest that keeps the budget (after Duchi et al., "Efficient projections onto the l1-ball for
  /// learning in high dimensions", ICML 2008, with the box's rooms as caps). The spent budget is piecewise linear and
  /// falls with λ: bisection finds the piece, and the piece gives λ.
  public func project(_ x: [Double]) -> [Double] {
    let clamped = box.clamp(x)
    if distance(of: clamped) <= epsilon { return clamped }
    let count = inputCount
    var wish = [Double](repeating: 0, count: count)
    var rooms = [Double](repeating: 0, count: count)
    for index in 0..<count {
      let change = x[index].isNaN ? 0 : x[index] - box.center[index]
      rooms[index] = room(index, grows: change > 0)
      // An infinite wish is the same as any beyond the room and the largest possible multiplier.
      wish[index] = min(abs(change), .greatestFiniteMagnitude / 4)
    }
    var low = 0.0
    var high = wish.max() ?? 0
    for _ in 0..<200 {
      let middle = low + 0.5 * (high - low)
      guard middle > low, middle < high else { break }
      if L1Ball.spent(wish, rooms, middle) > epsilon { low = middle } else { high = middle }
      if high - low <= 1e-15 * high { break }
    }
    // Within the last piece, spent(λ) = capped + Σ_free wish - free · λ.
    var capped = 0.0
    var free = 0.0
    var sum = 0.0
    for index in 0..<count {
      let amount = wish[index] - high
      if amount >= rooms[index] {
        capped += rooms[index]
      } else if amount > 0 {
        sum += wish[index]
        free += 1
      }
    }
    var multiplier = high
    if free > 0 {
      let exact = (capped + sum - epsilon) / free
      if exact >= low, exact <= high { multiplier = exact }
    }
    let moved = (0..<count).map { index in
      let step = min(max(wish[index] - multiplier, 0), rooms[index])
      return x[index] > box.center[index] ? box.center[index] + step : box.center[index] - step
    }
    return shrunk(box.clamp(moved))
  }

  /// The budget that the multiplier spends.
  private static func spent(_ wish: [Double], _ rooms: [Double], _ multiplier: Double) -> Double {
    var total = 0.0
    for index in wish.indices { total += min(max(wish[index] - multiplier, 0), rooms[index]) }
    return total
  }
}
