import Essentials
/// The constant of a linear function on its way backward through a network, and its slack: what rounding can have lost
/// of the function until now, so that the meant function exceeds the computed one by at most the slack at any input.
///
/// One layer turns Σ v_j · h_j + c, of its outputs, into a function of the outputs g of the layer below. With
/// `RectifiedNeuron`'s numbers w_j and constants o_j, and z_j = Σ_i W_ji · g_i + b_j,
///
///     Σ_j v_j · h_j + c  <=  Σ_i (Σ_j w_j · W_ji) · g_i + (c + Σ_j (o_j + w_j · b_j)).
///
/// All that is computed on the way counts as exact from then on; the o_j are rounded up already. What is lost, with n
/// neurons and u = 2^-53, is by Higham ("Accuracy and Stability of Numerical Algorithms", chapter 3)
///
/// - at most γ_n · Σ_j |w_j| · |W_ji| in the new coefficient of g_i, worth that times the largest possible |g_i|,
/// - at most γ_2n · Σ_j (|o_j| + |w_j · b_j|) in the layer's share of the constant, a sum of 2n terms,
/// - at most u · |c'| in adding that to the constant.
///
/// With the size of a neuron, Σ_i |W_ji| · max |g_i| + |b_j|, the first two are at most n · 2u · Σ_j (|o_j| + |w_j| ·
/// size_j). `close` charges n + 2 instead of n, and 2u · |c'|: the surplus is reserve for the rounding of the slack
/// itself and of the sizes. What underflow can lose is added in the end.
struct AccountedConstant {
  /// The constant.
  private(set) var value: Double
  /// The meant function is never more than this above the computed one.
  private(set) var slack: Double
  /// Of the layer at hand: Σ (o_j + w_j · b_j), and the sum whose multiple is lost at most.
  private var share = 0.0
  private var size = 0.0

  init(_ value: Double, slack: Double = 0) {
    self.value = value
    self.slack = slack
  }

  /// Takes in what a neuron's rule adds, with coefficient `v` of its output and `w` of its preactivation.
  @inline(__always)
  mutating func relax(_ v: Double, _ w: Double, _ neuron: RectifiedNeuron) {
    let excess = neuron.excess(of: v, over: w)
    share += excess
    size += abs(excess)
  }

  /// Takes in `w` times a preactivation's bias.
  ///
  /// - Parameter size: the size of the neuron, or more.
  @inline(__always)
  mutating func substitute(_ w: Double, bias: Double, size neuronSize: Double) {
    share += w * bias
    size += abs(w) * neuronSize
  }

  /// Ends a layer whose neurons have all been taken in.
  ///
  /// - Parameter terms: how many products are summed for a coefficient of the layer below.
  @inline(__always)
  mutating func close(terms: Int) {
    value += share
    slack += Rounding.step * (Double(terms + 2) * size + abs(value))
    (share, size) = (0, 0)
  }

  /// Charges the rounding of one operation whose result is at most `size`.
  @inline(__always)
  mutating func charge(_ size: Double) { slack += Rounding.step * size }

  /// A number that the function never exceeds, `support` being that of its coefficients over the region; infinite where
  /// some number on the way was none.
  func upperBound(_ support: Support) -> Double {
    let value = Rounding.sumUp(value, support.value)
    let bound = Rounding.sumUp(value, Rounding.sumUp(Rounding.sumUp(slack, support.error), Rounding.tiny))
    return bound.isNaN ? .infinity : bound
  }
}
