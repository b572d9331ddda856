using System.Text.RegularExpressions;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Scripts;

/// <summary>Reads scripts line by line. An empty line ends a command.</summary>
internal sealed class ScriptParser(string name, string text)
{
    private static readonly Regex Load = Pattern(@"^load(_with_nhcb)?\s+(\S+)$");
    private static readonly Regex EvalInstant = Pattern(@"^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(\S+)\s+(.+)$");
    private static readonly Regex EvalRange = Pattern(@"^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$");
    private static readonly Regex Expect = Pattern(@"^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$");
    private static readonly Regex ExpectRange = Pattern(@"^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$");

    private readonly string[] _lines = [.. text.Split('\n').Select(l => l.Trim() is var line && line.StartsWith('#') ? "" : line)];
    private int _index;

    public PromQLScript Parse()
    {
        var commands = new List<ScriptCommand>();
        for (; _index < _lines.Length; _index++)
        {
            var line = _lines[_index];
            if (line.Length == 0)
            {
                continue;
            }
            var word = line.Split((char[])[' ', '\t'], 2)[0].ToLowerInvariant();
            commands.Add(
                word == "clear" ? new ClearCommand(_index + 1)
                : word.StartsWith("load", StringComparison.Ordinal) ? ParseLoad(line)
                : word.StartsWith("eval", StringComparison.Ordinal) ? ParseEval(line)
                : throw Fail($"invalid command {QuotedString.Of(line)}"));
        }
        return new PromQLScript(name, commands);
    }

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private LoadCommand ParseLoad(string line)
    {
        var start = _index + 1;
        var match = Load.Match(line);
        if (!match.Success)
        {
            throw Fail("invalid load command, it should be: load[_with_nhcb] <interval>");
        }
        var interval = ParseDuration(match.Groups[2].Value, "interval");
        var series = new List<SeriesDescription>();
        while (NextLine() is { } definition)
        {
            series.Add(ParseSeries(definition));
        }
        return new LoadCommand(start, interval, match.Groups[1].Success, series);
    }

    private EvalCommand ParseEval(string line)
    {
        var eval = ParseEvalHead(line);
        var series = new List<SeriesDescription>();
        while (NextLine() is { } expectation)
        {
            if (expectation.StartsWith("expected_fail_message", StringComparison.Ordinal))
            {
                eval = eval with { Failures = [new ExpectedMessage(expectation["expected_fail_message".Length..].Trim(), null)] };
            }
            else if (expectation.StartsWith("expected_fail_regexp", StringComparison.Ordinal))
            {
                eval = eval with { Failures = [new ExpectedMessage(null, ParseRegex(expectation["expected_fail_regexp".Length..].Trim()))] };
            }
            else if (expectation.StartsWith("expect string", StringComparison.Ordinal))
            {
                eval = eval with { String = ParseExpectedString(expectation["expect string".Length..].Trim()) };
            }
            else if (ExpectRange.Match(expectation) is { Success: true } range)
            {
                var (from, to, step) = ParseTimes(range.Groups[1].Value, range.Groups[2].Value, range.Groups[3].Value);
                eval = eval with { ExpectsRangeVector = true, StartMs = from, EndMs = to, StepMs = step, TimeMs = to };
            }
            else if (expectation == "expect" || expectation.StartsWith("expect ", StringComparison.Ordinal) || expectation.StartsWith("expect\t", StringComparison.Ordinal))
            {
                eval = ParseExpect(eval, expectation);
            }
            else if (NumberText.TryParse(expectation, out var number))
            {
                eval = eval with { Scalar = number };
            }
            else
            {
                var expected = ParseSeries(expectation);
                if (expected.Values.Count > 1 && !eval.IsRange && !eval.ExpectsRangeVector)
                {
                    throw Fail("more than one value for an instant query; a range vector needs a line \"expect range vector from … to … step …\" before");
                }
                series.Add(expected);
            }
        }
        return eval with { Series = series };
    }

    private EvalCommand ParseEvalHead(string line)
    {
        if (EvalInstant.Match(line) is { Success: true } instant)
        {
            var time = ParseDuration(instant.Groups[2].Value, "time");
            return WithVariant(new EvalCommand(_index + 1, instant.Groups[3].Value, false, time, time, 0), instant.Groups[1].Value);
        }
        if (EvalRange.Match(line) is { Success: true } range)
        {
            var (from, to, step) = ParseTimes(range.Groups[2].Value, range.Groups[3].Value, range.Groups[4].Value);
            return WithVariant(new EvalCommand(_index + 1, range.Groups[5].Value, true, from, to, step), range.Groups[1].Value);
        }
        throw Fail("invalid eval command, it should be: eval instant at <time> <query>, or: eval range from <start> to <end> step <step> <query>");
    }

    private static EvalCommand WithVariant(EvalCommand eval, string variant) => variant switch
    {
        "fail" => eval with { Failures = [ExpectedMessage.Any] },
        "warn" => eval with { Warnings = [ExpectedMessage.Any] },
        "info" => eval with { Infos = [ExpectedMessage.Any] },
        "ordered" => eval with { Ordered = true },
        _ => eval,
    };

    private EvalCommand ParseExpect(EvalCommand eval, string line)
    {
        var match = Expect.Match(line);
        if (!match.Success)
        {
            throw Fail("invalid expect line, it should be: expect fail|warn|info|no_warn|no_info|ordered [msg: <text>|regex: <pattern>]");
        }
        var rest = match.Groups[3].Value.Trim();
        var message = match.Groups[2].Value switch
        {
            "msg" => new ExpectedMessage(rest, null),
            "regex" => new ExpectedMessage(null, ParseRegex(rest)),
            _ => ExpectedMessage.Any,
        };
        eval = match.Groups[1].Value switch
        {
            "fail" => eval with { Failures = [.. eval.Failures, message] },
            "warn" => eval with { Warnings = [.. eval.Warnings, message] },
            "info" => eval with { Infos = [.. eval.Infos, message] },
            "no_warn" => eval with { NoWarnings = true },
            "no_info" => eval with { NoInfos = true },
            _ => eval with { Ordered = true },
        };
        return eval.Failures.Count > 1 ? throw Fail("more than one \"expect fail\" for a query")
            : eval.NoWarnings && eval.Warnings.Count > 0 ? throw Fail("\"expect warn\" and \"expect no_warn\" exclude each other")
            : eval.NoInfos && eval.Infos.Count > 0 ? throw Fail("\"expect info\" and \"expect no_info\" exclude each other")
            : eval;
    }

    private Regex ParseRegex(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Fail($"invalid regular expression {QuotedString.Of(pattern)}: {e.Message}");
        }
    }

    private string ParseExpectedString(string quoted)
    {
        var end = 0;
        if (quoted.Length < 2 || quoted[0] is not ('"' or '\'' or '`') || StringEscapes.Scan(quoted, ref end) is not null || end != quoted.Length)
        {
            throw Fail("the expected string must be in quotes");
        }
        return StringEscapes.Unquote(quoted);
    }

    private SeriesDescription ParseSeries(string definition)
    {
        try
        {
            return SeriesDescriptionParser.Parse(definition, _index + 1);
        }
        catch (SeriesSyntaxException e)
        {
            throw new PromQLScriptException(name, _index + 1, Column(e.Position), e.Message);
        }
    }

    private (long From, long To, long Step) ParseTimes(string from, string to, string step)
    {
        var times = (From: ParseDuration(from, "start"), To: ParseDuration(to, "end"), Step: ParseDuration(step, "step"));
        return times.To < times.From ? throw Fail($"the end ({to}) is before the start ({from})")
            : times.Step == 0 ? throw Fail("the step must not be 0")
            : times;
    }

    private long ParseDuration(string duration, string what) =>
        PrometheusDuration.TryParse(duration, out var milliseconds) ? milliseconds : throw Fail($"invalid {what} {QuotedString.Of(duration)}, it should be a duration such as 5m");

    /// <summary>The next line of the command, null at its end.</summary>
    private string? NextLine() => _index + 1 < _lines.Length && _lines[_index + 1].Length > 0 ? _lines[++_index] : null;

    private PromQLScriptException Fail(string message) => new(name, _index + 1, Column(0), message);

    /// <summary>The column of a place in the trimmed line.</summary>
    private int Column(int position)
    {
        var line = text.Split('\n')[_index];
        return line.Length - line.TrimStart().Length + position + 1;
    }
}
