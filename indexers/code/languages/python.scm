; Blocks: what a frame can point at.
(class_definition name: (identifier) @name) @block.class
(function_definition name: (identifier) @name) @block.function
(assignment left: (identifier) @name right: (lambda)) @block.function

; Calls.
(call function: (identifier) @callee arguments: (_) @arguments)
(call function: (attribute object: (_) @receiver attribute: (identifier) @callee) arguments: (_) @arguments)

; Imports.
(import_statement name: (dotted_name) @import.module)
(import_statement name: (aliased_import name: (dotted_name) @import.module alias: (identifier) @import.alias))
(import_from_statement module_name: (_) @import.module name: (dotted_name) @import.name)
(import_from_statement module_name: (_) @import.module
  name: (aliased_import name: (dotted_name) @import.name alias: (identifier) @import.alias))
(import_from_statement module_name: (_) @import.module (wildcard_import) @import.name)

; Names whose class is written down or constructed on the spot.
(typed_parameter . (identifier) @typed.name type: (type) @typed.type)
(typed_default_parameter name: (identifier) @typed.name type: (type) @typed.type)
(assignment left: [(identifier) (attribute)] @typed.name type: (type) @typed.type)
(assignment left: [(identifier) (attribute)] @typed.name
  right: (call function: [(identifier) (attribute)] @typed.made))
(with_item value: (as_pattern (call function: [(identifier) (attribute)] @typed.made)
  alias: (as_pattern_target (identifier) @typed.name)))

(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript)] @base))
(function_definition parameters: (parameters [
  (identifier) @parameter
  (default_parameter name: (identifier) @parameter)
  (typed_parameter . (identifier) @parameter)
  (typed_default_parameter name: (identifier) @parameter)
  (list_splat_pattern (identifier) @parameter.rest)
  (dictionary_splat_pattern (identifier) @parameter.rest)
  (typed_parameter (list_splat_pattern (identifier) @parameter.rest))
  (typed_parameter (dictionary_splat_pattern (identifier) @parameter.rest))]))
