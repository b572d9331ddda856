using System.Text;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Breaks what is longer than a line at the outermost place first: operands, arguments and parentheses each get lines of their own,
/// two blanks deeper. Source: Prometheus, promql/parser/prettier_rules.md.
/// </summary>
internal sealed class PrettyPrinter
{
    private const int LineLength = 100;

    // Printing each node to see how long it is would print the deep ones once a level, so all are cut out of one text.
    private readonly Dictionary<Expr, Range> _parts = new(ReferenceEqualityComparer.Instance);
    private readonly string _line;
    private readonly StringBuilder _text = new();

    private PrettyPrinter(Expr expr) => _line = ExprPrinter.Print(expr, _parts);

    public static string Print(Expr expr)
    {
        var printer = new PrettyPrinter(expr);
        printer.Append(expr, 0);
        return printer._text.ToString();
    }

    private void Append(Expr expr, int level)
    {
        if (!NeedsSplit(expr))
        {
            // Prometheus does not indent a subquery that fits on a line; neither is it here, so that both format alike.
            Indent(expr is SubqueryExpr ? 0 : level).Append(OnOneLine(expr));
            return;
        }
        switch (expr)
        {
            case AggregateExpr aggregate:
                Indent(level);
                ExprPrinter.AppendHead(_text, aggregate);
                AppendArguments(aggregate.Parameter is { } parameter ? [parameter, aggregate.Operand] : [aggregate.Operand], level);
                break;
            case BinaryExpr binary:
                Append(binary.Left, level + 1);
                _text.Append('\n');
                Indent(level);
                ExprPrinter.AppendOperator(_text, binary);
                _text.Append('\n');
                Append(binary.Right, level + 1);
                break;
            case Call call:
                Indent(level).Append(call.Function.Name);
                AppendArguments(call.Arguments, level);
                break;
            case ParenExpr paren:
                Indent(level);
                AppendArguments([paren.Inner], level);
                break;
            case SubqueryExpr subquery:
                Append(subquery.Inner, level);
                ExprPrinter.AppendSuffix(_text, subquery);
                break;
            case UnaryExpr unary:
                var start = _text.Length;
                Append(unary.Operand, level);
                // The sign goes before the first word, behind its indentation.
                while (_text[start] == ' ')
                {
                    _text.Remove(start, 1);
                }
                _text.Insert(start, new string(' ', 2 * level) + (unary.Negate ? "-" : "+"));
                break;
            default:
                Indent(level).Append(OnOneLine(expr));
                break;
        }
    }

    private void AppendArguments(IReadOnlyList<Expr> arguments, int level)
    {
        _text.Append("(\n");
        for (var i = 0; i < arguments.Count; i++)
        {
            _text.Append(i > 0 ? ",\n" : "");
            Append(arguments[i], level + 1);
        }
        _text.Append('\n');
        Indent(level).Append(')');
    }

    private bool NeedsSplit(Expr expr) => Encoding.UTF8.GetByteCount(OnOneLine(expr)) > LineLength;

    private ReadOnlySpan<char> OnOneLine(Expr expr) => _line.AsSpan(_parts[expr]);

    private StringBuilder Indent(int level) => _text.Append(' ', 2 * level);
}
