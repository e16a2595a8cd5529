(package_clause (package_identifier) @package)
(import_spec !name path: (_) @import.module)
(import_spec name: (_) @import.alias path: (_) @import.module)

; Blocks. A method is named after the type of its receiver; types stand alone.
(function_declaration name: (identifier) @name) @block.function
(method_declaration receiver: (parameter_list (parameter_declaration type: (_) @owner))
  name: (field_identifier) @name) @block.method
(type_spec name: (type_identifier) @name type: [(struct_type) (interface_type)]) @block.class
(short_var_declaration left: (expression_list . (identifier) @name)
  right: (expression_list . (func_literal))) @block.function
(var_spec name: (identifier) @name value: (expression_list . (func_literal))) @block.function

; Calls.
(call_expression function: (identifier) @callee arguments: (argument_list) @arguments)
(call_expression function: (selector_expression operand: (_) @receiver field: (field_identifier) @callee)
  arguments: (argument_list) @arguments)

; Declared types and values made on the spot; New... functions are read as constructors.
(parameter_declaration name: (identifier) @typed.name type: (_) @typed.type)
(var_spec name: (identifier) @typed.name type: (_) @typed.type)
(field_declaration name: (field_identifier) @typed.name type: (_) @typed.type)
(short_var_declaration left: (expression_list . (identifier) @typed.name)
  right: (expression_list . (composite_literal type: (_) @typed.type)))
(short_var_declaration left: (expression_list . (identifier) @typed.name)
  right: (expression_list . (unary_expression operand: (composite_literal type: (_) @typed.type))))
(short_var_declaration left: (expression_list . (identifier) @typed.name)
  right: (expression_list . (call_expression function: (_) @typed.made)))

(field_declaration !name type: (_) @base)
(function_declaration parameters: (parameter_list (parameter_declaration name: (identifier) @parameter)))
(method_declaration parameters: (parameter_list (parameter_declaration name: (identifier) @parameter)))
(function_declaration parameters: (parameter_list
  (variadic_parameter_declaration name: (identifier) @parameter.rest)))
(method_declaration parameters: (parameter_list
  (variadic_parameter_declaration name: (identifier) @parameter.rest)))
