using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Finds what is grammatical but makes no sense: arguments of the wrong type, modifiers where they mean nothing. Gives the tree with
/// the matching of operators settled: none where a side is a scalar, many-to-many for set operators.
/// </summary>
internal sealed class TypeChecker(TokenReader reader)
{
    public Expr Check(Expr expr)
    {
        switch (expr)
        {
            case AggregateExpr aggregate:
                return CheckAggregate(aggregate);
            case BinaryExpr binary:
                return CheckBinary(binary);
            case Call call:
                return CheckCall(call);
            case ParenExpr paren:
                return paren with { Inner = Check(paren.Inner) };
            case UnaryExpr unary:
                var operand = Check(unary.Operand);
                if (operand.Type is not (ExprType.Scalar or ExprType.Vector))
                {
                    reader.Add(unary.Span,
                        $"unary expression only allowed on expressions of type scalar or instant vector, got {QuotedString.Of(operand.Type.DocumentedName())}");
                }
                return unary with { Operand = operand };
            case SubqueryExpr subquery:
                var inner = Check(subquery.Inner);
                if (inner.Type != ExprType.Vector)
                {
                    reader.Add(subquery.Span, $"subquery is only allowed on instant vector, got {inner.Type.Name()} instead");
                }
                return subquery with { Inner = inner };
            case MatrixSelector matrix:
                CheckSelector(matrix.Vector);
                return matrix;
            case VectorSelector selector:
                CheckSelector(selector);
                return selector;
            default:
                return expr;
        }
    }

    private AggregateExpr CheckAggregate(AggregateExpr aggregate)
    {
        var operand = CheckIs(aggregate.Operand, ExprType.Vector, "aggregation expression");
        var parameterType = aggregate.Operator == AggregateOperator.CountValues ? ExprType.String : ExprType.Scalar;
        var parameter = aggregate.Parameter is null ? null : CheckIs(aggregate.Parameter, parameterType, "aggregation parameter");
        return aggregate with { Operand = operand, Parameter = parameter };
    }

    private BinaryExpr CheckBinary(BinaryExpr binary)
    {
        var left = Check(binary.Left);
        var right = Check(binary.Right);
        var op = binary.Operator;
        var place = OperatorPlace(binary);
        var matching = binary.Matching!;
        if (binary.ReturnBool && !op.IsComparison())
        {
            reader.Add(place, "bool modifier can only be used on comparison operators");
        }
        if (op.IsComparison() && !binary.ReturnBool && left.Type == ExprType.Scalar && right.Type == ExprType.Scalar)
        {
            reader.Add(place, "comparisons between scalars must use BOOL modifier");
        }
        if (op.IsSet() && matching.Cardinality == MatchCardinality.OneToOne)
        {
            matching = matching with { Cardinality = MatchCardinality.ManyToMany };
        }
        foreach (var label in matching.On ? matching.Labels.Intersect(matching.Include) : [])
        {
            reader.Add(place, $"label {QuotedString.Of(label)} must not occur in ON and GROUP clause at once");
        }
        foreach (var side in (ReadOnlySpan<Expr>)[left, right])
        {
            if (side.Type is not (ExprType.Scalar or ExprType.Vector))
            {
                reader.Add(side.Span, "binary expression must contain only scalar and instant vector types");
            }
        }
        var filled = matching.FillLeft is not null || matching.FillRight is not null;
        if (left.Type != ExprType.Vector || right.Type != ExprType.Vector)
        {
            if (matching.Labels.Count > 0)
            {
                reader.Add(binary.Span, "vector matching only allowed between instant vectors");
            }
            if (filled)
            {
                reader.Add(binary.Span, "filling in missing series only allowed between instant vectors");
            }
            matching = null;
        }
        else if (op.IsSet())
        {
            if (matching.Cardinality != MatchCardinality.ManyToMany)
            {
                reader.Add(binary.Span, $"no grouping allowed for {QuotedString.Of(op.Text())} operation");
                reader.Add(binary.Span, "set operations must always be many-to-many");
            }
            if (filled)
            {
                reader.Add(binary.Span, "filling in missing series not allowed for set operators");
            }
        }
        if (op.IsSet() && (left.Type == ExprType.Scalar || right.Type == ExprType.Scalar))
        {
            reader.Add(binary.Span, $"set operator {QuotedString.Of(op.Text())} not allowed in binary scalar expression");
        }
        return binary with { Left = left, Right = right, Matching = matching };
    }

    /// <summary>From the end of the left operand on without blanks, so that a comment there counts as part of the operator.</summary>
    private TextSpan OperatorPlace(BinaryExpr binary)
    {
        var start = binary.Left.Span.End;
        while (start < binary.OperatorSpan.Start && reader.Query[start] is ' ' or '\t' or '\n' or '\r')
        {
            start++;
        }
        return new TextSpan(start, binary.OperatorSpan.End);
    }

    private Call CheckCall(Call call)
    {
        var function = call.Function;
        var count = call.Arguments.Count;
        var name = QuotedString.Of(function.Name);
        if (function.MinArguments == function.MaxArguments)
        {
            if (count != function.MinArguments)
            {
                reader.Add(call.Span, $"expected {function.MinArguments} argument(s) in call to {name}, got {count}");
            }
        }
        else if (count < function.MinArguments)
        {
            reader.Add(call.Span, $"expected at least {function.MinArguments} argument(s) in call to {name}, got {count}");
        }
        else if (count > function.MaxArguments)
        {
            reader.Add(call.Span, $"expected at most {function.MaxArguments} argument(s) in call to {name}, got {count}");
        }
        var arguments = new List<Expr>(count);
        for (var i = 0; i < count; i++)
        {
            if (i >= function.ArgumentTypes.Count && function.VariadicCount == 0)
            {
                arguments.Add(call.Arguments[i]);
                continue;
            }
            if (function.Name == "info" && i == 1)
            {
                arguments.Add(CheckInfoSelector(call.Arguments[i]));
                continue;
            }
            var type = function.ArgumentTypes[Math.Min(i, function.ArgumentTypes.Count - 1)];
            arguments.Add(CheckIs(call.Arguments[i], type, $"call to function {name}"));
        }
        return call with { Arguments = arguments };
    }

    /// <summary>The second argument of info() stands for labels of info metrics: it may match everything, but must not name a metric.</summary>
    private Expr CheckInfoSelector(Expr argument)
    {
        if (argument is VectorSelector { Name.Length: 0 })
        {
            return argument;
        }
        if (argument is VectorSelector)
        {
            reader.Add(argument.Span, "expected label selectors only, got vector selector instead");
            return argument;
        }
        reader.Add(argument.Span, argument.Type != ExprType.Vector
            ? $"expected type instant vector in call to function \"info\", got {argument.Type.DocumentedName()}"
            : "expected label selectors only");
        return Check(argument);
    }

    private void CheckSelector(VectorSelector selector)
    {
        if (selector.Name.Length > 0)
        {
            foreach (var matcher in selector.Matchers.SkipLast(1).Where(m => m.Name == LabelNames.MetricName))
            {
                reader.Add(selector.Span, $"metric name must not be set twice: {QuotedString.Of(selector.Name)} or {QuotedString.Of(matcher.Value)}");
            }
        }
        else if (selector.Matchers.All(m => m.MatchesEmpty))
        {
            reader.Add(selector.Span, "vector selector must contain at least one non-empty matcher");
        }
    }

    private Expr CheckIs(Expr expr, ExprType type, string place)
    {
        var check = Check(expr);
        if (check.Type != type)
        {
            reader.Add(expr.Span, $"expected type {type.DocumentedName()} in {place}, got {check.Type.DocumentedName()}");
        }
        return check;
    }
}
