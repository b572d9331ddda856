using System.Globalization;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>Random queries over <see cref="FuzzData"/> that are well typed, but may fail at what is only known when they are evaluated.</summary>
internal sealed class QueryGenerator(Random random)
{
    private static readonly string[] Blanks = ["", "", "", "", " ", "  ", "\n", "\t", " # why\n"];
    private static readonly string[] Arithmetic = ["+", "-", "*", "/", "%", "^", "atan2"];
    private static readonly string[] Comparisons = ["==", "!=", "<", ">", "<=", ">="];
    private static readonly string[] SetOperators = ["and", "or", "unless"];
    private static readonly string[] Aggregations = ["sum", "avg", "min", "max", "count", "stddev", "stdvar", "group"];
    private static readonly string[] Dates = ["minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"];
    private static readonly string[] Labels =
        ["job", "instance", "path", "code", "zone", "le", "version", "region", "revision", "__name__", "missing", "\"http.status\"", "\"job\"", "on", "sum"];

    private static readonly string[] Maths =
    [
        "abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
        "atanh", "deg", "rad", "round",
    ];

    private static readonly string[] OverTime =
    [
        "rate", "increase", "delta", "irate", "idelta", "deriv", "changes", "resets", "avg_over_time", "sum_over_time", "min_over_time", "max_over_time",
        "count_over_time", "present_over_time", "last_over_time", "stddev_over_time", "stdvar_over_time", "mad_over_time", "absent_over_time",
        "ts_of_min_over_time", "ts_of_max_over_time", "ts_of_last_over_time",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "2", "3", "5", "10", "0.5", "0.25", "0.9", "0.99", "-1", "-0.5", "-0", "1.5", "100", "1e3", "1e-3", "1_000", "0x1F", "017", "0b101", ".5", "5.", "1e300", "-1e300", "NaN",
        "Inf", "-Inf", "+Inf", "nan", "inf", "1m", "1h30m", "500ms", "1e-300", "3.0000000000000004", "123456789.125", "9007199254740993", "4.35",
    ];

    private static readonly string[] Names =
    [
        "requests_total", "errors_total", "temperature", "queue_length", "odd", "since", "limits", "twin_a", "twin_b", "single", "constant", "typed_total", "target_info", "build_info",
        "latency_bucket", "latency_sum", "latency_count", "broken_bucket", "nh_whole", "nh_float", "nh_gauge", "nh_custom", "nh_custom_gauge", "nh_mixed", "latency", "missing", "a:rule",
        "sum", "{\"http.server.duration\"}", "{\"größe\"}",
    ];

    private static readonly string[] NativeNames = ["nh_whole", "nh_float", "nh_gauge", "nh_custom", "nh_custom_gauge", "nh_mixed", "latency"];
    private static readonly string[] PlainNames = ["requests_total", "errors_total", "temperature", "queue_length", "odd", "single", "limits"];
    private static readonly string[] BucketNames = ["latency_bucket", "broken_bucket"];

    private static readonly string[] Matchers =
    [
        "job=\"api\"", "job!=\"api\"", "job=~\"a.*\"", "job!~\"w.*\"", "instance=\"a:1\"", "instance=~\"[ab]:1\"", "instance!~\".:1\"", "path=\"/\"", "code=~\"2..|404\"", "zone=\"\"", "zone!=\"\"",
        "le=\"+Inf\"", "le=~\"0.*\"", "missing=\"\"", "missing=~\".*\"", "instance=~\"(?i:A):1\"", "'job'='web'", "job=`api`", "\"http.status\"=\"200\"", "version=\"2\"", "le=\"1.0\"",
    ];

    private static readonly string[] NameMatchers =
    [
        "__name__=~\"twin_.\"", "__name__=~\"nh_.*\"", "__name__=~\"latency.*\"", "__name__=\"temperature\"", "__name__=~\"(requests|errors)_total\"", "__name__=~\"(latency|broken)_bucket\"",
        "__name__=~\"nh_custom.*\"", "__name__=~\"nh_(whole|custom)\"", "__name__=~\"queue_length|temperature\"", "__name__!~\"nh.*|latency.*|broken.*|requests.*|odd\",job=\"api\"", "\"queue_length\"",
    ];

    private static readonly string[] Durations =
        ["15s", "30s", "1m", "1m", "2m", "2m", "5m", "5m", "10m", "1s", "14s999ms", "1ms", "90s", "1h", "45", "1m30s", "7m13s", "20m"];

    /// <summary>A query whose answer is a vector mostly, a scalar or a string or samples now and then.</summary>
    public QueryPiece Next() => random.Next(100) switch
    {
        < 84 => Vector(random.Next(1, 5)),
        < 92 => Scalar(random.Next(1, 4)),
        < 99 => Matrix(random.Next(3)),
        _ => QueryPiece.Of(ExprType.String, Pick("\"text\"", "'it''s'", "`raw\\n`", "\"\\u00e4\\n\\\"\"", "'a\\'b'")),
    };

    /// <summary>A query with something taken out, doubled or put in, so that it is no query any more, mostly.</summary>
    public string Mutilate(string query)
    {
        var at = random.Next(query.Length + 1);
        var length = Math.Min(query.Length - at, random.Next(1, 4));
        return random.Next(5) switch
        {
            0 => query[..at] + query[(at + length)..],
            1 => query[..at] + query.Substring(at, length) + query[at..],
            2 => query[..at] + Pick("(", ")", "{", "}", "[", "]", ",", "by", "on (a)", "offset 5m", "@ 3", "bool", "1", "x", "\"", "=", "=~", "!", "-", ":", "5m", " and ", "#", "$", "é", "[5m]", "group_left") + query[at..],
            3 => query[..at],
            _ => query[at..],
        };
    }

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];

    private string Blank() => Pick(Blanks);

    /// <summary>Where one blank at least has to be.</summary>
    private string Space() => Blank() is { Length: > 0 } blank ? blank : " ";

    private bool Chance(int percent) => random.Next(100) < percent;

    private QueryPiece Vector(int depth)
    {
        if (depth <= 0)
        {
            return Selector(Pick(Names));
        }
        return random.Next(100) switch
        {
            < 8 => Selector(Pick(Names)),
            < 28 => Aggregation(depth),
            < 48 => Binary(depth),
            < 70 => RangeFunction(depth),
            < 82 => HistogramFunction(depth),
            < 84 => QueryPiece.Of(ExprType.Vector, Pick("-", "+", "- "), Parenthesised(Vector(depth - 1))),
            < 86 => QueryPiece.Of(ExprType.Vector, "(", Blank(), Vector(depth - 1), Blank(), ")"),
            _ => Function(depth),
        };
    }

    private static QueryPiece Parenthesised(QueryPiece piece) => QueryPiece.Of(piece.Type, "(", piece, ")");

    private QueryPiece Selector(string name)
    {
        var parts = new List<PiecePart>();
        if (Chance(8))
        {
            parts.Add("{" + Pick(NameMatchers));
        }
        else if (name.StartsWith('{'))
        {
            parts.Add(name[..^1]);
        }
        else if (Chance(45))
        {
            parts.Add(name + "{" + Pick(Matchers));
        }
        else
        {
            return QueryPiece.Of(ExprType.Vector, [name, .. Modifiers()]);
        }
        for (var i = random.Next(3); i > 0; i--)
        {
            parts.Add(PiecePart.Optional("," + Blank() + Pick(Matchers)));
        }
        return QueryPiece.Of(ExprType.Vector, [.. parts, "}", .. Modifiers()]);
    }

    private IEnumerable<PiecePart> Modifiers()
    {
        var length = Chance(20) ? $"({DurationSum(random.Next(1, 3))})" : Duration();
        var offset = Chance(10) ? $"{Space()}offset{Space()}{(Chance(30) ? "-" : "")}{length}" : null;
        var at = Chance(8)
            ? $"{Space()}@{Blank()}{Pick("start()", "end()", "end( )", Seconds(random.Next(-100_000, 2_000_000)), Seconds(random.Next(0, 1_800_000)), "1.7000006e9", "0", "-1e3")}"
            : null;
        return (Chance(50) ? (string?[])[offset, at] : [at, offset]).OfType<string>().Select(PiecePart.Optional);
    }

    private string Duration() => Pick(Durations);

    /// <summary>A range or a step: plain, or arithmetic that comes out as something between seconds and minutes, mostly.</summary>
    private string RangeDuration() => Chance(15) ? DurationSum(random.Next(1, 3)) : Duration();

    private string DurationSum(int depth)
    {
        if (depth <= 0)
        {
            return Chance(20) ? $"{Pick("-", "+", "")}({Duration()})" : Duration();
        }
        var left = DurationSum(depth - 1);
        return random.Next(8) switch
        {
            0 => $"{left}{Blank()}*{Blank()}{Pick("2", "0.5", "1.5", "-1", "3s")}",
            1 => $"{left} / {Pick("2", "0.3", "4", "0", "2s", "(1m - 1m)")}",
            2 => $"{left} %{Blank()}{Pick("1m", "7s", "45", "0.7", "0")}",
            3 => $"{left}{Space()}^{Blank()}{Pick("1", "0.5", "2", "-1", "1s", "-2 ^ 2")}",
            4 => $"({left}{Blank()}-{Blank()}{DurationSum(depth - 1)}){Blank()}",
            5 => $"{left} - {Duration()}",
            6 => $"-{left} + {Pick("10m", "1h", "2h")}",
            _ => $"{left}{Blank()}+{Blank()}{DurationSum(depth - 1)}",
        };
    }

    private static string Seconds(int ms) => ((FuzzData.StartMs + ms) / 1000.0).ToString("F3", CultureInfo.InvariantCulture);

    private QueryPiece Matrix(int depth) => Matrix(depth, Pick(Names));

    private QueryPiece Matrix(int depth, string name)
    {
        if (Chance(65))
        {
            var selector = QueryPiece.Of(ExprType.Vector, name.StartsWith('{') ? name : Chance(30) ? $"{name}{{{Pick(Matchers)}}}" : Chance(8) ? $"{{{Pick(NameMatchers)}}}" : name);
            return QueryPiece.Of(ExprType.Matrix, [selector, Blank(), $"[{Blank()}{RangeDuration()}{Blank()}]", .. Modifiers()]);
        }
        var inner = depth <= 0 || Chance(40) ? QueryPiece.Of(ExprType.Vector, name) : Chance(90) ? Parenthesised(Vector(depth - 1)) : Parenthesised(Scalar(1));
        // A short step in a long range is slow to answer and tells nothing new.
        var (range, step) = Pick(("1m", "10s"), ("2m", "15s"), ("5m", "30s"), ("5m", ""), ("10m", "1m"), ("3m", "7s"), ("90s", "13s"), ("30m", "2m"), ("1m", "2m"), ("5m30s", "1m"));
        (range, step) = Chance(10) ? Pick(("1m + 1m", "30s / 2"), ("2m * 1.5", "-(1m - 70s)"), ("(5m)", "2 ^ 4"), ("90s % 1m", "7s + 6s"), ("10m - 4m", ""), ("1m", "30s - 30s")) : (range, step);
        return QueryPiece.Of(ExprType.Matrix, [inner, $"[{range}:{step}]", .. Modifiers()]);
    }

    private QueryPiece Scalar(int depth)
    {
        if (depth <= 0 || Chance(50))
        {
            return QueryPiece.Of(ExprType.Scalar, Chance(80) ? Pick(Numbers) : Pick("time()", "pi()", "time( )"));
        }
        return random.Next(6) switch
        {
            0 => QueryPiece.Of(ExprType.Scalar, "scalar(", Vector(depth - 1), ")"),
            1 => QueryPiece.Of(ExprType.Scalar, "-", Parenthesised(Scalar(depth - 1))),
            2 => QueryPiece.Of(ExprType.Scalar, Scalar(depth - 1), " " + Pick(Comparisons) + " bool ", Scalar(depth - 1)),
            _ => QueryPiece.Of(ExprType.Scalar, Scalar(depth - 1), " " + Pick(Arithmetic) + " ", Chance(50) ? Parenthesised(Scalar(depth - 1)) : Scalar(0)),
        };
    }

    private string LabelList() => string.Join("," + Blank(), Enumerable.Range(0, random.Next(4)).Select(_ => Pick(Labels))) + (Chance(5) ? "," : "");

    private QueryPiece Aggregation(int depth)
    {
        var grouping = Chance(70) ? $"{Pick("by", "without", "BY")}{Blank()}({CommaSafe(LabelList())})" : null;
        PiecePart[] arguments = random.Next(100) switch
        {
            < 60 => [Vector(depth - 1)],
            < 72 => [QuantileParameter(depth), ",", Blank(), Vector(depth - 1)],
            < 84 => [Scalar(depth > 2 && Chance(20) ? 1 : 0), ",", Vector(depth - 1)],
            < 92 => [Pick("\"v\"", "\"job\"", "'instance'", "\"le\"", "\"new.label\"", "\"\"", "\"__name__\""), ", ", Vector(depth - 1)],
            _ => [Pick("1", "2", "3", "0.3", "-0.7", "1.5", "0", "NaN", "-1", "1e20"), ",", Vector(depth - 1)],
        };
        var name = arguments.Length switch
        {
            1 => Pick(Aggregations),
            4 => "quantile",
            _ when arguments[0].Text is { } text && (text[0] is '"' or '\'') => "count_values",
            _ when arguments[0].Text is not null => Pick("limitk", "limit_ratio"),
            _ => Pick("topk", "bottomk"),
        };
        return grouping is null ? QueryPiece.Of(ExprType.Vector, [name, Blank(), "(", .. arguments, ")"])
            : Chance(60) ? QueryPiece.Of(ExprType.Vector, [name, PiecePart.Optional(" " + grouping + Blank()), "(", .. arguments, ")"])
            : QueryPiece.Of(ExprType.Vector, [name, "(", .. arguments, ")", PiecePart.Optional(Blank() + grouping)]);
    }

    private static string CommaSafe(string list) => list is "," ? "" : list;

    private PiecePart QuantileParameter(int depth) => Chance(70) ? QueryPiece.Of(ExprType.Scalar, Pick("0.5", "0.9", "0.99", "0", "1", "-0.1", "1.1", "NaN", "0.25")) : Scalar(depth - 2);

    private QueryPiece Binary(int depth)
    {
        var comparison = Chance(30);
        var op = comparison ? Pick(Comparisons) : Pick(Arithmetic);
        var boolean = comparison && Chance(40) ? PiecePart.Optional("bool ") : "";
        if (Chance(35))
        {
            PiecePart vector = Operand(Vector(depth - 1));
            PiecePart scalar = Scalar(random.Next(2));
            return Chance(60)
                ? QueryPiece.Of(ExprType.Vector, vector, Space(), op, " ", boolean, scalar)
                : QueryPiece.Of(ExprType.Vector, Parenthesised(scalar.Piece!), Blank(), op, Space(), boolean, vector);
        }
        if (Chance(25))
        {
            return QueryPiece.Of(ExprType.Vector, Operand(Vector(depth - 1)), Space(), Pick(SetOperators), Space(), Chance(40) ? PiecePart.Optional(Matching() + " ") : "", Operand(Vector(depth - 1)));
        }
        var matching = "";
        if (Chance(60))
        {
            matching = Matching() + " " + (Chance(50) ? Pick("group_left", "group_right", "group_left ()", "group_right(zone)", "group_left(version, region)", "group_left(path)", "group_right(\"job\",missing)") + " " : "");
        }
        return QueryPiece.Of(ExprType.Vector, Operand(Vector(depth - 1)), Space(), op, Space(), boolean, matching.Length > 0 ? PiecePart.Optional(matching) : "", Operand(Vector(depth - 1)));
    }

    /// <summary>Operands stand in parentheses mostly, so that precedence does not turn the types around.</summary>
    private PiecePart Operand(QueryPiece piece) => Chance(75) ? Parenthesised(piece) : piece;

    private string Matching() => Pick("on", "ignoring", "on", "ON") + Blank() + "(" + Pick("", "instance", "job, instance", "job,instance", "instance", "path", "code,path", "zone", "le", "missing", "code", "\"job\"", "__name__") + ")";

    private QueryPiece RangeFunction(int depth)
    {
        var name = Chance(35) ? Pick(NativeNames) : Chance(50) ? Pick(PlainNames) : Pick(Names);
        var matrix = Matrix(depth - 1, name);
        return random.Next(12) switch
        {
            0 => QueryPiece.Of(ExprType.Vector, "quantile_over_time(", QuantileParameter(depth), ", ", matrix, ")"),
            1 => QueryPiece.Of(ExprType.Vector, "predict_linear(", matrix, ",", Scalar(random.Next(2)), ")"),
            2 => QueryPiece.Of(ExprType.Vector, "double_exponential_smoothing(", matrix, ", ", Pick("0.5", "0.1", "1", "0", "0.3", "NaN", "1.2"), ",", Pick("0.5", "0.9", "1", "0", "-1"), ")"),
            _ => QueryPiece.Of(ExprType.Vector, Pick(OverTime), Blank(), "(", Blank(), matrix, Blank(), ")"),
        };
    }

    private QueryPiece HistogramFunction(int depth)
    {
        var operand = random.Next(7) switch
        {
            0 or 1 => Selector(Pick(NativeNames)),
            2 => QueryPiece.Of(ExprType.Vector, Pick("rate", "increase", "delta", "sum_over_time", "avg_over_time"), "(", Matrix(0, Pick(Pick(NativeNames), Pick(BucketNames))), ")"),
            3 => QueryPiece.Of(ExprType.Vector, Pick("sum", "avg"), Pick("", " by (le)", " by (le, job)", " without (instance)"), "(rate(", Matrix(0, Pick(Pick(NativeNames), Pick(BucketNames), Pick(BucketNames))), "))"),
            4 or 5 => Selector(Pick(BucketNames)),
            _ => Vector(depth - 1),
        };
        return random.Next(9) switch
        {
            0 or 1 or 2 => QueryPiece.Of(ExprType.Vector, "histogram_quantile(", QuantileParameter(depth), ",", Blank(), operand, ")"),
            3 or 4 => QueryPiece.Of(ExprType.Vector, "histogram_fraction(", Pick("0", "-Inf", "0.2", "1", "-1", "NaN", "0.0001", "3"), ",", Pick("1", "0.1", "Inf", "0.7", "4", "-0.5", "1000"), ",", operand, ")"),
            _ => QueryPiece.Of(ExprType.Vector, Pick("histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar"), "(", operand, ")"),
        };
    }

    private QueryPiece Function(int depth)
    {
        var vector = Vector(depth - 1);
        return random.Next(22) switch
        {
            < 5 => QueryPiece.Of(ExprType.Vector, Pick(Maths), "(", vector, ")"),
            5 => QueryPiece.Of(ExprType.Vector, "clamp(", vector, ", ", Scalar(0), ",", Scalar(random.Next(2)), ")"),
            6 => QueryPiece.Of(ExprType.Vector, Pick("clamp_min", "clamp_max", "round"), "(", vector, ",", Scalar(random.Next(2)), ")"),
            7 => QueryPiece.Of(ExprType.Vector, Pick(Dates), "(", Chance(50) ? Selector(Pick("since", "odd")) : Chance(20) ? "" : vector, ")"),
            8 or 9 => QueryPiece.Of(
                ExprType.Vector, "label_replace(", vector, ", ", Pick("\"job\"", "\"x\"", "\"instance\"", "\"__name__\"", "\"le\"", "\"new.one\"", "\"\""), ",",
                Pick("\"$1\"", "\"x-$1-${2}\"", "\"\"", "\"$name\"", "'$$1'", "\"const\"", "\"$0\"", "\"$1x\""), ",", Pick("\"job\"", "\"instance\"", "\"path\"", "\"missing\"", "\"__name__\"", "\"\""),
                ",", Pick("\"(.*)\"", "\"(.):(.)\"", "\"(?P<name>a.*)\"", "\"\"", "\"nope\"", "\"(.*)_(.*)\"", "\"(\"", "\".*\""), ")"),
            10 or 11 => QueryPiece.Of(
                ExprType.Vector, "label_join(", vector, ", ", Pick("\"job\"", "\"x\"", "\"__name__\"", "\"new.one\"", "\"\""), ",", Pick("\"-\"", "\"\"", "\", \""),
                PiecePart.Optional(Pick(",\"job\"", ",\"missing\"", ",\"\"")), PiecePart.Optional(Pick(",\"instance\"", ", \"path\"", ",\"__name__\"")), ")"),
            12 => QueryPiece.Of(ExprType.Vector, Pick("sort", "sort_desc"), "(", vector, ")"),
            13 => QueryPiece.Of(ExprType.Vector, Pick("sort_by_label", "sort_by_label_desc"), "(", vector, PiecePart.Optional(Pick(",\"instance\"", ",\"revision\"", ",\"le\"")), PiecePart.Optional(", \"job\""), ")"),
            14 or 15 => QueryPiece.Of(ExprType.Vector, "absent(", vector, ")"),
            16 => QueryPiece.Of(ExprType.Vector, "timestamp(", vector, ")"),
            17 => QueryPiece.Of(ExprType.Vector, "vector(", Scalar(depth - 1), ")"),
            18 or 19 => QueryPiece.Of(
                ExprType.Vector, "info(", vector,
                PiecePart.Optional(Pick("", ",{version=~\".+\"}", ", {region=\"ra\"}", ",{__name__=\"build_info\"}", ",{__name__=~\".*_info\"}", ",{missing=\"\"}", ", {__name__=~\"(build|target)_info\",revision=~\"v.*\"}")), ")"),
            20 => Selector(Pick("since", "target_info", "latency_bucket")),
            _ => QueryPiece.Of(ExprType.Vector, Pick(Maths), Space(), "(", vector, ")"),
        };
    }
}
