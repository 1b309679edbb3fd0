/// What `OpenNodes` keeps in order.
package protocol BoundedNode {
  /// An upper bound of what can be found below the node.
  var bound: Double { get }
}
