extension PreactivationBounds {
  /// What must hold of every layer's bounds and does not, with the layer; see `LayerBounds`.
  package var violatedInvariants: [String] {
    layers.enumerated().flatMap { index, layer in layer.violatedInvariants.map { "layer \(index): \($0)" } }
  }
}
