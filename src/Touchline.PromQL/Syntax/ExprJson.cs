using System.Text.Json;
using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Writes queries as JSON, as <c>/api/v1/parse_query</c> answers. Durations are in ms. A duration that is an expression stands as 0 in the
/// field that Prometheus has, and as printed in a field beside it (<c>rangeExpr</c>, <c>stepExpr</c>, <c>offsetExpr</c>).
/// </summary>
public static class ExprJson
{
    public static void Write(Utf8JsonWriter json, Expr expr)
    {
        json.WriteStartObject();
        switch (expr)
        {
            case AggregateExpr aggregate:
                WriteAggregate(json, aggregate);
                break;
            case BinaryExpr binary:
                WriteBinary(json, binary);
                break;
            case Call call:
                WriteCall(json, call);
                break;
            case ParenExpr paren:
                Property(json, "expr", paren.Inner);
                json.WriteString("type", "parenExpr");
                break;
            case UnaryExpr unary:
                Property(json, "expr", unary.Operand);
                json.WriteString("op", unary.Negate ? "-" : "+");
                json.WriteString("type", "unaryExpr");
                break;
            case NumberLiteral number:
                json.WriteString("type", "numberLiteral");
                json.WriteString("val", SampleValue.Format(number.Value));
                break;
            case StringLiteral text:
                json.WriteString("type", "stringLiteral");
                json.WriteString("val", text.Value);
                break;
            case SubqueryExpr subquery:
                WriteSubquery(json, subquery);
                break;
            case MatrixSelector matrix:
                WriteSelector(json, matrix.Vector, matrix);
                break;
            case VectorSelector vector:
                WriteSelector(json, vector, null);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteAggregate(Utf8JsonWriter json, AggregateExpr aggregate)
    {
        Property(json, "expr", aggregate.Operand);
        Strings(json, "grouping", aggregate.Grouping);
        json.WriteString("op", aggregate.Operator.Name());
        if (aggregate.Parameter is { } parameter)
        {
            Property(json, "param", parameter);
        }
        else
        {
            json.WriteNull("param");
        }
        json.WriteString("type", "aggregation");
        json.WriteBoolean("without", aggregate.Without);
    }

    private static void WriteBinary(Utf8JsonWriter json, BinaryExpr binary)
    {
        json.WriteBoolean("bool", binary.ReturnBool);
        Property(json, "lhs", binary.Left);
        if (binary.Matching is { } matching)
        {
            json.WriteStartObject("matching");
            json.WriteString("card", matching.Cardinality switch
            {
                MatchCardinality.OneToOne => "one-to-one",
                MatchCardinality.ManyToOne => "many-to-one",
                MatchCardinality.OneToMany => "one-to-many",
                _ => "many-to-many",
            });
            WriteFill(json, "fillLeft", matching.FillLeft);
            WriteFill(json, "fillRight", matching.FillRight);
            Strings(json, "include", matching.Include);
            Strings(json, "labels", matching.Labels);
            json.WriteBoolean("on", matching.On);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("matching");
        }
        json.WriteString("op", binary.Operator.Text());
        Property(json, "rhs", binary.Right);
        json.WriteString("type", "binaryExpr");
    }

    private static void WriteCall(Utf8JsonWriter json, Call call)
    {
        json.WriteStartArray("args");
        foreach (var argument in call.Arguments)
        {
            Write(json, argument);
        }
        json.WriteEndArray();
        json.WriteStartObject("func");
        Strings(json, "argTypes", call.Function.ArgumentTypes.Select(t => t.Name()));
        json.WriteString("name", call.Function.Name);
        json.WriteString("returnType", call.Function.ReturnType.Name());
        json.WriteNumber("variadic", call.Function.VariadicCount);
        json.WriteEndObject();
        json.WriteString("type", "call");
    }

    private static void WriteSubquery(Utf8JsonWriter json, SubqueryExpr subquery)
    {
        Property(json, "expr", subquery.Inner);
        WriteOffset(json, subquery.Time);
        json.WriteNumber("range", subquery.RangeMs);
        WriteDuration(json, "rangeExpr", subquery.RangeExpression);
        WriteStartOrEnd(json, subquery.Time);
        json.WriteNumber("step", subquery.StepMs);
        WriteDuration(json, "stepExpr", subquery.StepExpression);
        WriteTimestamp(json, subquery.Time);
        json.WriteString("type", "subquery");
    }

    private static void WriteSelector(Utf8JsonWriter json, VectorSelector vector, MatrixSelector? matrix)
    {
        if (vector.Window == SelectorWindow.Anchored)
        {
            json.WriteBoolean("anchored", true);
        }
        json.WriteStartArray("matchers");
        foreach (var matcher in vector.Matchers)
        {
            json.WriteStartObject();
            json.WriteString("name", matcher.Name);
            json.WriteString("type", matcher.Operator);
            json.WriteString("value", matcher.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("name", vector.Name);
        WriteOffset(json, vector.Time);
        if (matrix is not null)
        {
            json.WriteNumber("range", matrix.RangeMs);
            WriteDuration(json, "rangeExpr", matrix.RangeExpression);
        }
        if (vector.Window == SelectorWindow.Smoothed)
        {
            json.WriteBoolean("smoothed", true);
        }
        WriteStartOrEnd(json, vector.Time);
        WriteTimestamp(json, vector.Time);
        json.WriteString("type", matrix is null ? "vectorSelector" : "matrixSelector");
    }

    private static void WriteOffset(Utf8JsonWriter json, TimeModifiers time)
    {
        json.WriteNumber("offset", time.OffsetMs);
        WriteDuration(json, "offsetExpr", time.OffsetExpression);
    }

    private static void WriteStartOrEnd(Utf8JsonWriter json, TimeModifiers time)
    {
        if (time.At is AtKind.Start or AtKind.End)
        {
            json.WriteString("startOrEnd", time.At == AtKind.Start ? "start" : "end");
        }
        else
        {
            json.WriteNull("startOrEnd");
        }
    }

    private static void WriteTimestamp(Utf8JsonWriter json, TimeModifiers time)
    {
        if (time.At == AtKind.Timestamp)
        {
            json.WriteNumber("timestamp", time.AtTimestampMs);
        }
        else
        {
            json.WriteNull("timestamp");
        }
    }

    private static void WriteDuration(Utf8JsonWriter json, string name, DurationExpr? expression)
    {
        if (expression is not null)
        {
            json.WriteString(name, ExprPrinter.Print(expression));
        }
    }

    private static void WriteFill(Utf8JsonWriter json, string name, double? fill)
    {
        if (fill is { } value)
        {
            json.WriteString(name, SampleValue.Format(value));
        }
    }

    private static void Property(Utf8JsonWriter json, string name, Expr expr)
    {
        json.WritePropertyName(name);
        Write(json, expr);
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }
}
