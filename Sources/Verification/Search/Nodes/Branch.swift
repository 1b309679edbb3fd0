/// What the children of a node divide.
enum Branch {
  /// The phases of the undecided neuron at this place.
  case neuron(Int)
  /// The range of this input, in the middle.
  case input(Int)
}
