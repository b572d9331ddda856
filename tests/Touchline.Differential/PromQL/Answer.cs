using System.Globalization;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.PromQL;

/// <summary>An answer in a form in which both engines' can be compared: points by series and time, or the error, and what was noted.</summary>
internal sealed record Answer(string Type, Dictionary<string, SortedDictionary<long, AnswerPoint>> Series, string? Error, IReadOnlyList<string> Notes)
{
    public static Answer Of(JsonDocument json)
    {
        var root = json.RootElement;
        var notes = new List<string>();
        foreach (var kind in (string[])["warnings", "infos"])
        {
            if (root.TryGetProperty(kind, out var list))
            {
                notes.AddRange(list.EnumerateArray().Select(n => n.GetString()!));
            }
        }
        notes.Sort(StringComparer.Ordinal);
        if (root.GetProperty("status").GetString() != "success")
        {
            return new Answer("error", [], root.GetProperty("error").GetString(), notes);
        }
        var data = root.GetProperty("data");
        var type = data.GetProperty("resultType").GetString()!;
        var result = data.GetProperty("result");
        var series = new Dictionary<string, SortedDictionary<long, AnswerPoint>>();
        if (type is "scalar" or "string")
        {
            Add(series, "", result, (at, value) => type == "string" ? new AnswerPoint(0, value.GetString()) : new AnswerPoint(Number(value.GetString()!), null));
            return new Answer(type, series, null, notes);
        }
        foreach (var entry in result.EnumerateArray())
        {
            var labels = Labels.Of([.. entry.GetProperty("metric").EnumerateObject().Select(p => new Label(p.Name, p.Value.GetString()!))]).ToString();
            foreach (var name in (string[])["value", "histogram"])
            {
                AnswerPoint Point(long at, JsonElement value) => name == "value" ? new AnswerPoint(Number(value.GetString()!), null) : AnswerPoint.Of(value);
                if (entry.TryGetProperty(name, out var single))
                {
                    Add(series, labels, single, Point);
                }
                if (entry.TryGetProperty(name + "s", out var many))
                {
                    foreach (var point in many.EnumerateArray())
                    {
                        Add(series, labels, point, Point);
                    }
                }
            }
        }
        return new Answer(type, series, null, notes);
    }

    public static Answer Of(string query, Func<QueryResult> ask)
    {
        QueryResult result;
        try
        {
            result = ask();
        }
        catch (PromQLEvaluationException e)
        {
            return new Answer("error", [], e.Message, []);
        }
        catch (PromQLSyntaxException e)
        {
            return new Answer("error", [], e.Message, []);
        }
        string[] notes = [.. result.Annotations.Select(a => Describe(a, query)).Order(StringComparer.Ordinal)];
        var series = new Dictionary<string, SortedDictionary<long, AnswerPoint>>();
        switch (result.Type)
        {
            case ExprType.Scalar:
                series[""] = new() { [result.Scalar.TimestampMs] = new AnswerPoint(result.Scalar.Value, null) };
                break;
            case ExprType.String:
                series[""] = new() { [0] = new AnswerPoint(0, result.String) };
                break;
            case ExprType.Vector:
                foreach (var sample in result.Vector)
                {
                    series.Add(sample.Labels.ToString(), new() { [sample.TimestampMs] = AnswerPoint.Of(sample.Value, sample.Histogram) });
                }
                break;
            default:
                foreach (var columns in result.Matrix)
                {
                    var points = new SortedDictionary<long, AnswerPoint>();
                    for (var i = 0; i < columns.Timestamps.Length; i++)
                    {
                        points.Add(columns.Timestamps.Span[i], AnswerPoint.Of(columns.Values.Span[i], columns.Histograms?[i]));
                    }
                    series.Add(columns.Labels.ToString(), points);
                }
                break;
        }
        return new Answer(result.Type.ToString().ToLowerInvariant(), series, null, notes);
    }

    /// <summary>What is different in another answer, or null.</summary>
    public string? DifferenceTo(Answer other)
    {
        if (Error is not null || other.Error is not null)
        {
            return Essence(Error) == Essence(other.Error) ? null : $"error {Error ?? "none"} / {other.Error ?? "none"}";
        }
        if (Type != other.Type)
        {
            return $"type {Type} / {other.Type}";
        }
        foreach (var (labels, points) in Series)
        {
            if (!other.Series.TryGetValue(labels, out var others))
            {
                return $"series {labels} is missing";
            }
            foreach (var (time, point) in points)
            {
                if (!others.TryGetValue(Type == "string" ? others.Keys.First() : time, out var match))
                {
                    return $"{labels} has no point at {time}, should be {point}";
                }
                if (!point.IsClose(match))
                {
                    return $"{labels} at {time}: {point} / {match}";
                }
            }
            if (others.Count > points.Count)
            {
                return $"{labels} has {others.Count} points, should be {points.Count}";
            }
        }
        if (other.Series.Keys.FirstOrDefault(l => !Series.ContainsKey(l)) is { } extra)
        {
            return $"series {extra} should not be there";
        }
        return Notes.SequenceEqual(other.Notes) ? null : $"notes [{string.Join("; ", Notes)}] / [{string.Join("; ", other.Notes)}]";
    }

    /// <summary>The error without the parameter that the API names, and without which two of several duplicates were met first.</summary>
    private static string? Essence(string? error)
    {
        const string Prefix = "invalid parameter \"query\": ";
        if (error is null || !error.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return error?.Split("hand-side of the operation")[0];
        }
        return error[Prefix.Length..];
    }

    private static string Describe(Annotation annotation, string query)
    {
        var before = query[..annotation.Span.Start];
        var line = before.Count(c => c == '\n') + 1;
        return $"{annotation.Message} ({line}:{before.Length - (before.LastIndexOf('\n') + 1) + 1})";
    }

    private static double Number(string text) => SampleValue.TryParse(text, out var value) ? value : throw new FormatException($"no number: {text}");

    private static void Add(
        Dictionary<string, SortedDictionary<long, AnswerPoint>> series, string labels, JsonElement pair, Func<long, JsonElement, AnswerPoint> read)
    {
        if (!series.TryGetValue(labels, out var points))
        {
            series.Add(labels, points = []);
        }
        var at = (long)Math.Round(double.Parse(pair[0].GetRawText(), CultureInfo.InvariantCulture) * 1000);
        points.Add(at, read(at, pair[1]));
    }
}
