/// The criteria that scripts ask for by name.
enum CriterionName: String, CaseIterable {
  case magnitude
  case random
  case snip
  case taylor
  case wanda
  case obd
  case obs
  case boundAware = "bound_aware"
  case intervalWidth = "interval_width"
  case marginAware = "margin_aware"
  case stability

  /// Whether the criterion looks at a data pass.
  var needsData: Bool {
    switch self {
    case .snip, .taylor, .wanda, .obd, .obs: true
    default: false
    }
  }
}
