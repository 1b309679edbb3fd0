import Essentials
import Networks

extension LinearRelaxation {
  /// What gave a bound: the numbers of the pass, in the places of `NeuronLayout`, and the multipliers of the constraints.
  struct Leaf {
    let numbers: [Double]
    let multipliers: [Double]
  }

  /// The tree of a single leaf for every rival, closed by duals that were rounded to Float32 under the bounds that a
  /// checker works out by itself; nil where these duals do not close it.
  func certificateLeaves() throws -> [CertificateText]? {
    // Of inputs at which the target loses nothing was asked, and a certificate is about all of them.
    guard !assumesTarget else { return nil }
    let bounds = try PreactivationBounds.backwardLinear(network, over: problem.region)
    let pass = LinearPass(network, over: problem.region, bounds: bounds)
    let gap = SearchRecord.leastGap(bounds.outputs)
    var texts: [CertificateText] = []
    for rival in problem.rivals(outputCount: network.outputCount) {
      let aim = leaves[.admissibility] != nil ? Aim.admissibility : .margin(rival: rival)
      guard let leaf = leaves[aim] else { return nil }
      let multipliers = leaf.multipliers.map { Double(Float($0)) }
      guard multipliers.allSatisfy(\.isFinite) else { return nil }
      var text = CertificateText()
      text.add("leaf")
      let bound = bound(of: aim, on: pass, multipliers) { place, v, neuron in
        let number = Double(Float(leaf.numbers[place]))
        guard v < 0, neuron.isUndecided, number.isFinite else { return pass.defaultNumber(place, v, neuron) }
        let layer = pass.layout.layer(of: place)
        text.add(layer: layer, neuron: place - pass.layout.offsets[layer], number)
        return number
      }
      guard bound < -gap else { return nil }
      if aim == .admissibility { text.add(" a:1=0") }
      for (index, multiplier) in multipliers.enumerated() where multiplier > 0 {
        text.add(" c:\(index + 1)=")
        text.add(multiplier)
      }
      text.end()
      texts.append(text)
    }
    return texts
  }
}
