using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.Api;

/// <summary>The syntax tree of a query in the JSON of <c>parse_query</c>, members in alphabetical order as Prometheus writes them.</summary>
internal static class ParseTreeJson
{
    public static void Write(Utf8JsonWriter json, Expr? expression)
    {
        if (expression is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        switch (expression)
        {
            case AggregateExpr aggregate:
                WriteChild(json, "expr", aggregate.Operand);
                WriteTexts(json, "grouping", aggregate.Grouping);
                json.WriteString("op", aggregate.Operator.Name());
                WriteChild(json, "param", aggregate.Parameter);
                json.WriteString("type", "aggregation");
                json.WriteBoolean("without", aggregate.Without);
                break;
            case BinaryExpr binary:
                json.WriteBoolean("bool", binary.ReturnBool);
                WriteChild(json, "lhs", binary.Left);
                WriteMatching(json, binary.Matching);
                json.WriteString("op", binary.Operator.Text());
                WriteChild(json, "rhs", binary.Right);
                json.WriteString("type", "binaryExpr");
                break;
            case Call call:
                WriteCall(json, call);
                break;
            case MatrixSelector matrix:
                WriteSelector(json, matrix.Vector, matrix.RangeMs, "matrixSelector");
                break;
            case VectorSelector vector:
                WriteSelector(json, vector, null, "vectorSelector");
                break;
            case SubqueryExpr subquery:
                WriteChild(json, "expr", subquery.Inner);
                json.WriteNumber("offset", subquery.Time.OffsetMs);
                json.WriteNumber("range", subquery.RangeMs);
                WriteAtName(json, subquery.Time);
                json.WriteNumber("step", subquery.StepMs);
                WriteAtTime(json, subquery.Time);
                json.WriteString("type", "subquery");
                break;
            case NumberLiteral number:
                json.WriteString("type", "numberLiteral");
                json.WriteString("val", SampleValue.Format(number.Value));
                break;
            case StringLiteral text:
                json.WriteString("type", "stringLiteral");
                json.WriteString("val", text.Value);
                break;
            case ParenExpr paren:
                WriteChild(json, "expr", paren.Inner);
                json.WriteString("type", "parenExpr");
                break;
            case UnaryExpr unary:
                WriteChild(json, "expr", unary.Operand);
                json.WriteString("op", unary.Negate ? "-" : "+");
                json.WriteString("type", "unaryExpr");
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteChild(Utf8JsonWriter json, string name, Expr? child)
    {
        json.WritePropertyName(name);
        Write(json, child);
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
        WriteTexts(json, "argTypes", [.. call.Function.ArgumentTypes.Select(t => t.Name())]);
        json.WriteString("name", call.Function.Name);
        json.WriteString("returnType", call.Function.ReturnType.Name());
        json.WriteNumber("variadic", call.Function.Variadic ? call.Function.VariadicLimit ?? -1 : call.Function.Optional);
        json.WriteEndObject();
        json.WriteString("type", "call");
    }

    private static void WriteMatching(Utf8JsonWriter json, VectorMatching? matching)
    {
        if (matching is null)
        {
            json.WriteNull("matching");
            return;
        }
        json.WriteStartObject("matching");
        json.WriteString("card", matching.Cardinality switch
        {
            MatchCardinality.OneToOne => "one-to-one",
            MatchCardinality.ManyToOne => "many-to-one",
            MatchCardinality.OneToMany => "one-to-many",
            _ => "many-to-many",
        });
        WriteTexts(json, "include", matching.Include);
        WriteTexts(json, "labels", matching.Labels);
        json.WriteBoolean("on", matching.On);
        json.WriteEndObject();
    }

    private static void WriteSelector(Utf8JsonWriter json, VectorSelector selector, long? rangeMs, string type)
    {
        json.WriteStartArray("matchers");
        foreach (var matcher in selector.Matchers)
        {
            json.WriteStartObject();
            json.WriteString("name", matcher.Name);
            json.WriteString("type", matcher.Operator);
            json.WriteString("value", matcher.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("name", selector.Name);
        json.WriteNumber("offset", selector.Time.OffsetMs);
        if (rangeMs is { } range)
        {
            json.WriteNumber("range", range);
        }
        WriteAtName(json, selector.Time);
        WriteAtTime(json, selector.Time);
        json.WriteString("type", type);
    }

    private static void WriteAtName(Utf8JsonWriter json, TimeModifiers time)
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

    private static void WriteAtTime(Utf8JsonWriter json, TimeModifiers time)
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

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }
}
