using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>Prints queries as Prometheus does.</summary>
public static class ExprPrinter
{
    public static string Print(Expr expr)
    {
        var text = new StringBuilder();
        Append(text, expr, null);
        return text.ToString();
    }

    /// <summary>Prints, and notes which part of the text each expression inside became.</summary>
    internal static string Print(Expr expr, Dictionary<Expr, Range> parts)
    {
        var text = new StringBuilder();
        Append(text, expr, parts);
        return text.ToString();
    }

    /// <summary>Broken over lines where it is long, as <c>promtool promql format</c> and <c>/api/v1/format_query</c> do.</summary>
    public static string Pretty(Expr expr) => PrettyPrinter.Print(expr);

    public static string Print(DurationExpr duration)
    {
        var text = new StringBuilder();
        AppendDuration(text, 0, duration);
        return text.ToString();
    }

    /// <summary>The name of an aggregation with its grouping clause.</summary>
    internal static void AppendHead(StringBuilder text, AggregateExpr aggregate)
    {
        text.Append(aggregate.Operator.Name());
        // "without ()" keeps all labels, "by ()" is the same as no clause.
        if (aggregate.Without || aggregate.Grouping.Count > 0)
        {
            AppendLabels(text.Append(aggregate.Without ? " without " : " by "), aggregate.Grouping).Append(' ');
        }
    }

    /// <summary>A binary operator with all its modifiers.</summary>
    internal static void AppendOperator(StringBuilder text, BinaryExpr binary)
    {
        text.Append(binary.Operator.Text());
        if (binary.ReturnBool)
        {
            text.Append(" bool");
        }
        if (binary.Matching is not { } matching)
        {
            return;
        }
        var grouped = matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany;
        if (matching.Labels.Count > 0 || matching.On || grouped)
        {
            AppendLabels(text.Append(matching.On ? " on " : " ignoring "), matching.Labels);
        }
        if (grouped)
        {
            AppendLabels(text.Append(matching.Cardinality == MatchCardinality.ManyToOne ? " group_left " : " group_right "), matching.Include);
        }
        AppendFills(text, matching);
    }

    /// <summary>What stands behind the inner expression of a subquery.</summary>
    internal static void AppendSuffix(StringBuilder text, SubqueryExpr subquery)
    {
        text.Append('[');
        AppendDuration(text, subquery.RangeMs, subquery.RangeExpression);
        text.Append(':');
        if (subquery.StepMs != 0 || subquery.StepExpression is not null)
        {
            AppendDuration(text, subquery.StepMs, subquery.StepExpression);
        }
        text.Append(']');
        AppendTime(text, subquery.Time);
    }

    private static void Append(StringBuilder text, Expr expr, Dictionary<Expr, Range>? parts)
    {
        var start = text.Length;
        AppendNode(text, expr, parts);
        parts?.Add(expr, start..text.Length);
    }

    private static void AppendNode(StringBuilder text, Expr expr, Dictionary<Expr, Range>? parts)
    {
        switch (expr)
        {
            case NumberLiteral number:
                AppendNumber(text, number);
                break;
            case StringLiteral literal:
                QuotedString.Append(text, literal.Value);
                break;
            case ParenExpr paren:
                text.Append('(');
                Append(text, paren.Inner, parts);
                text.Append(')');
                break;
            case UnaryExpr unary:
                text.Append(unary.Negate ? '-' : '+');
                Append(text, unary.Operand, parts);
                break;
            case BinaryExpr binary:
                Append(text, binary.Left, parts);
                text.Append(' ');
                AppendOperator(text, binary);
                text.Append(' ');
                Append(text, binary.Right, parts);
                break;
            case AggregateExpr aggregate:
                AppendHead(text, aggregate);
                text.Append('(');
                if (aggregate.Parameter is { } parameter)
                {
                    Append(text, parameter, parts);
                    text.Append(", ");
                }
                Append(text, aggregate.Operand, parts);
                text.Append(')');
                break;
            case Call call:
                text.Append(call.Function.Name).Append('(');
                for (var i = 0; i < call.Arguments.Count; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Append(text, call.Arguments[i], parts);
                }
                text.Append(')');
                break;
            case SubqueryExpr subquery:
                Append(text, subquery.Inner, parts);
                AppendSuffix(text, subquery);
                break;
            case MatrixSelector matrix:
                AppendSelector(text, matrix.Vector);
                text.Append('[');
                AppendDuration(text, matrix.RangeMs, matrix.RangeExpression);
                text.Append(']');
                AppendWindowAndTime(text, matrix.Vector);
                break;
            case VectorSelector vector:
                AppendSelector(text, vector);
                AppendWindowAndTime(text, vector);
                break;
        }
    }

    private static void AppendNumber(StringBuilder text, NumberLiteral number)
    {
        if (number.IsDuration)
        {
            text.Append(number.Value < 0 ? "-" : "").Append(PrometheusDuration.Format((long)Math.Round(Math.Abs(number.Value) * 1000)));
            return;
        }
        text.Append(SampleValue.Format(number.Value));
    }

    private static void AppendSelector(StringBuilder text, VectorSelector vector)
    {
        text.Append(vector.Name);
        var matchers = vector.Matchers
            .Where(m => !(vector.Name.Length > 0 && m.Name == LabelNames.MetricName && m.Type == MatchType.Equal && m.Value == vector.Name))
            .Select(m => m.ToString())
            .Order(StringComparer.Ordinal)
            .ToList();
        if (matchers.Count > 0 || vector.Name.Length == 0)
        {
            text.Append('{').AppendJoin(',', matchers).Append('}');
        }
    }

    private static void AppendWindowAndTime(StringBuilder text, VectorSelector vector)
    {
        text.Append(vector.Window switch
        {
            SelectorWindow.Anchored => " anchored",
            SelectorWindow.Smoothed => " smoothed",
            _ => "",
        });
        AppendTime(text, vector.Time);
    }

    private static void AppendTime(StringBuilder text, TimeModifiers time)
    {
        // Arithmetic is closed off by what follows, where anything does: an operator behind an offset that begins with a parenthesis belongs to it.
        if (time.OffsetExpression is not null)
        {
            AppendOffset(text, time);
        }
        switch (time.At)
        {
            case AtKind.Start: text.Append(" @ start()"); break;
            case AtKind.End: text.Append(" @ end()"); break;
            case AtKind.Timestamp: text.Append(" @ ").Append((time.AtTimestampMs / 1000m).ToString("0.000", CultureInfo.InvariantCulture)); break;
        }
        if (time.OffsetMs != 0 && time.OffsetExpression is null)
        {
            AppendOffset(text, time);
        }
    }

    private static void AppendOffset(StringBuilder text, TimeModifiers time)
    {
        var bare = time.OffsetExpression is DurationBinary;
        text.Append(bare ? " offset (" : " offset ");
        AppendDuration(text, time.OffsetMs, time.OffsetExpression);
        text.Append(bare ? ")" : "");
    }

    private static void AppendDuration(StringBuilder text, long milliseconds, DurationExpr? expression)
    {
        switch (expression)
        {
            case null:
                text.Append(PrometheusDuration.Format(milliseconds));
                break;
            case DurationNumber number:
                AppendNumber(text, new NumberLiteral(number.Span, number.Seconds) { IsDuration = number.HasUnit });
                break;
            case DurationStep:
                text.Append("step()");
                break;
            case DurationRange:
                text.Append("range()");
                break;
            case DurationUnary unary:
                text.Append(unary.Negate ? '-' : '+');
                AppendDuration(text, 0, unary.Operand);
                break;
            case DurationBinary binary:
                AppendDuration(text, 0, binary.Left);
                text.Append(' ').Append(binary.Operator.Text()).Append(' ');
                AppendDuration(text, 0, binary.Right);
                break;
            case DurationExtreme extreme:
                text.Append(extreme.Max ? "max(" : "min(");
                AppendDuration(text, 0, extreme.Left);
                text.Append(", ");
                AppendDuration(text, 0, extreme.Right);
                text.Append(')');
                break;
            case DurationParen paren:
                text.Append('(');
                AppendDuration(text, 0, paren.Inner);
                text.Append(')');
                break;
        }
    }

    private static StringBuilder AppendLabels(StringBuilder text, IReadOnlyList<string> labels) =>
        text.Append('(').AppendJoin(", ", labels.Select(l => LabelNames.IsLegacyMetricName(l) ? l : QuotedString.Of(l))).Append(')');

    private static void AppendFills(StringBuilder text, VectorMatching matching)
    {
        if (matching.FillLeft is { } both && matching.FillRight is { } other && both.Equals(other))
        {
            text.Append($" fill ({SampleValue.Format(both)})");
            return;
        }
        if (matching.FillLeft is { } left)
        {
            text.Append($" fill_left ({SampleValue.Format(left)})");
        }
        if (matching.FillRight is { } right)
        {
            text.Append($" fill_right ({SampleValue.Format(right)})");
        }
    }
}
