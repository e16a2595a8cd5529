(package_declaration (_) @package)
(import_declaration (scoped_identifier scope: (_) @import.module name: (identifier) @import.name) .)
(import_declaration (_) @import.module (asterisk) @import.name)

; Blocks. Initializers carry the names the virtual machine prints for them.
(class_declaration name: (identifier) @name) @block.class
(interface_declaration name: (identifier) @name) @block.class
(enum_declaration name: (identifier) @name) @block.class
(record_declaration name: (identifier) @name) @block.class
(annotation_type_declaration name: (identifier) @name) @block.class
(method_declaration name: (identifier) @name) @block.method
((constructor_declaration) @block.constructor (#set! name "<init>"))
((compact_constructor_declaration) @block.constructor (#set! name "<init>"))
((class_body (block) @block.constructor) (#set! name "<init>"))
((static_initializer) @block.method (#set! name "<clinit>"))
(variable_declarator name: (identifier) @name value: (lambda_expression)) @block.function

; What qualifies a name without being a block: enum constants with bodies, anonymous classes.
(enum_constant name: (identifier) @name body: (class_body)) @scope
(object_creation_expression type: (_) @name (class_body)) @scope

; Calls.
(method_invocation !object name: (identifier) @callee arguments: (_) @arguments)
(method_invocation object: (_) @receiver name: (identifier) @callee arguments: (_) @arguments)
(object_creation_expression type: (_) @created arguments: (_) @arguments)
(explicit_constructor_invocation constructor: (_) @created arguments: (_) @arguments)
(method_reference . (_) @receiver (identifier) @callee .)

; Declared types.
(formal_parameter type: (_) @typed.type name: (identifier) @typed.name)
(local_variable_declaration type: (_) @typed.type declarator: (variable_declarator name: (identifier) @typed.name))
(local_variable_declaration type: (type_identifier) declarator: (variable_declarator
  name: (identifier) @typed.name value: (object_creation_expression type: (_) @typed.type)))
(field_declaration type: (_) @typed.type declarator: (variable_declarator name: (identifier) @typed.name))
(enhanced_for_statement type: (_) @typed.type name: (identifier) @typed.name)
(resource type: (_) @typed.type name: (identifier) @typed.name)
(catch_formal_parameter (catch_type (_) @typed.type) name: (identifier) @typed.name)

(superclass (_) @base)
(super_interfaces (type_list (_) @base))
(extends_interfaces (type_list (_) @base))
(method_declaration parameters: (formal_parameters (formal_parameter name: (identifier) @parameter)))
(method_declaration parameters: (formal_parameters
  (spread_parameter (variable_declarator name: (identifier) @parameter.rest))))
(constructor_declaration parameters: (formal_parameters (formal_parameter name: (identifier) @parameter)))
(constructor_declaration parameters: (formal_parameters
  (spread_parameter (variable_declarator name: (identifier) @parameter.rest))))
