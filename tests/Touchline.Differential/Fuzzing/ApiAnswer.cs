using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Touchline.Model;

namespace Touchline.Differential.Fuzzing;

/// <summary>What a server said, in a form in which two can be compared.</summary>
internal sealed partial class ApiAnswer
{
    private const double Tolerance = 1e-9;

    private readonly HttpStatusCode _status;
    private readonly string _body;
    private readonly JsonElement _root;

    public ApiAnswer(HttpStatusCode status, string body)
    {
        (_status, _body) = (status, body);
        using var json = JsonDocument.Parse(body);
        _root = json.RootElement.Clone();
    }

    public bool IsError => Text("status") == "error";

    public bool IsEmpty => !IsError && Result is { ValueKind: JsonValueKind.Array } result && result.GetArrayLength() == 0;

    public bool HasNotes => _root.TryGetProperty("warnings", out _) || _root.TryGetProperty("infos", out _);

    public bool NotesNaNObservations =>
        _root.TryGetProperty("infos", out var infos) && infos.EnumerateArray().Any(n => n.GetString()!.Contains("has NaN observations", StringComparison.Ordinal));

    private JsonElement Result => _root.GetProperty("data").GetProperty("result");

    private string ResultType => _root.GetProperty("data").GetProperty("resultType").GetString()!;

    /// <summary>The first difference, its kind before a colon, or null.</summary>
    /// <param name="exact">Whether values have to be the very same, as those that are only selected have.</param>
    /// <param name="ordered">Whether the language says in which order the series are.</param>
    public string? DifferenceTo(ApiAnswer other, bool exact, bool ordered)
    {
        if (_body == other._body && _status == other._status)
        {
            return null;
        }
        if (IsError || other.IsError)
        {
            var (mine, others) = (Essence(), other.Essence());
            return mine == others ? null : $"error: {mine} / {others}";
        }
        if (ResultType != other.ResultType)
        {
            return $"type: {ResultType} / {other.ResultType}";
        }
        return (ResultType is "scalar" or "string" ? PairDifference("", Result, other.Result, exact) : SeriesDifference(other, exact, ordered))
            ?? NoteDifference("warnings", other) ?? NoteDifference("infos", other);
    }

    /// <summary>The same with all numbers of many digits, in labels too, cut to nine digits.</summary>
    public ApiAnswer WithRoundedLabels() => new(_status, LongNumber().Replace(_body, m =>
        double.Parse(m.Value, CultureInfo.InvariantCulture).ToString("G9", CultureInfo.InvariantCulture)));

    public bool AllHave(IEnumerable<string> labels) =>
        IsError || ResultType != "vector" || Result.EnumerateArray().All(s => labels.All(l => s.GetProperty("metric").TryGetProperty(l, out _)));

    /// <summary>Whether this answer at one time is part of another over a range.</summary>
    public bool IsAt(long timeMs, ApiAnswer range)
    {
        if (IsError || ResultType is not ("vector" or "scalar"))
        {
            return false;
        }
        var points = new Dictionary<string, JsonElement>();
        foreach (var (labels, series) in range.List())
        {
            foreach (var name in (string[])["values", "histograms"])
            {
                foreach (var point in series.TryGetProperty(name, out var many) ? many.EnumerateArray() : default)
                {
                    if ((long)Math.Round(point[0].GetDouble() * 1000) == timeMs)
                    {
                        points.Add(labels, point);
                    }
                }
            }
        }
        if (ResultType == "scalar")
        {
            return points.Count == 1 && IsClose(Result[1].GetString()!, points.Values.Single()[1].GetString()!, exact: false);
        }
        var mine = List();
        return mine.Count == points.Count && mine.All(m => points.TryGetValue(m.Labels, out var point)
            && PairDifference(m.Labels, m.Series.TryGetProperty("value", out var value) ? value : m.Series.GetProperty("histogram"), point, exact: false) is null);
    }

    private string? SeriesDifference(ApiAnswer other, bool exact, bool ordered)
    {
        var (mine, others) = (List(), other.List());
        var byLabels = others.ToDictionary(s => s.Labels, s => s.Series);
        foreach (var (labels, series) in mine)
        {
            if (!byLabels.Remove(labels, out var match))
            {
                return $"series: {labels} is missing";
            }
            foreach (var name in (string[])["value", "histogram", "values", "histograms"])
            {
                var has = series.TryGetProperty(name, out var points);
                if (has != match.TryGetProperty(name, out var otherPoints))
                {
                    return $"series: {labels} {(has ? "should have" : "should not have")} {name}";
                }
                if (has && (name.EndsWith('s') ? ManyDifference(labels, points, otherPoints, exact) : PairDifference(labels, points, otherPoints, exact)) is { } difference)
                {
                    return difference;
                }
            }
        }
        if (byLabels.Count > 0)
        {
            return $"series: {byLabels.Keys.First()} should not be there";
        }
        return ordered && mine.Zip(others).Any(p => p.First.Labels != p.Second.Labels && !IsClose(Rank(p.First), Rank(p.Second), exact: false))
            ? $"order: {string.Join(", ", mine.Select(s => s.Labels))} / {string.Join(", ", others.Select(s => s.Labels))}"
            : null;

        // Of equal values either may come first: a sort is not stable there.
        static string Rank((string Labels, JsonElement Series) series) => series.Series.TryGetProperty("value", out var value) ? value[1].GetString()! : series.Labels;
    }

    private List<(string Labels, JsonElement Series)> List() =>
        [.. Result.EnumerateArray().Select(s => (Labels.Of([.. s.GetProperty("metric").EnumerateObject().Select(p => new Label(p.Name, p.Value.GetString()!))]).ToString(), s))];

    private static string? ManyDifference(string labels, JsonElement points, JsonElement others, bool exact)
    {
        var pairs = points.EnumerateArray().Zip(others.EnumerateArray()).ToList();
        foreach (var (point, match) in pairs)
        {
            if (PairDifference(labels, point, match, exact) is { } difference)
            {
                return difference;
            }
        }
        return points.GetArrayLength() == others.GetArrayLength() ? null : $"points: {labels} has {others.GetArrayLength()}, should have {points.GetArrayLength()}";
    }

    private static string? PairDifference(string labels, JsonElement pair, JsonElement other, bool exact)
    {
        if (pair[0].GetRawText() != other[0].GetRawText())
        {
            return $"time: {labels} {pair[0].GetRawText()} / {other[0].GetRawText()}";
        }
        var same = pair[1].ValueKind == JsonValueKind.String
            ? other[1].ValueKind == JsonValueKind.String && IsClose(pair[1].GetString()!, other[1].GetString()!, exact)
            : other[1].ValueKind == JsonValueKind.Object && IsClose(pair[1], other[1], exact);
        return same ? null : $"value: {labels} at {pair[0].GetRawText()}: {pair[1].GetRawText()} / {other[1].GetRawText()}";
    }

    private static bool IsClose(JsonElement histogram, JsonElement other, bool exact)
    {
        if (!IsClose(histogram.GetProperty("count").GetString()!, other.GetProperty("count").GetString()!, exact)
            || !IsClose(histogram.GetProperty("sum").GetString()!, other.GetProperty("sum").GetString()!, exact)
            || histogram.TryGetProperty("buckets", out var buckets) != other.TryGetProperty("buckets", out var others))
        {
            return false;
        }
        return buckets.ValueKind != JsonValueKind.Array
            || (buckets.GetArrayLength() == others.GetArrayLength()
                && buckets.EnumerateArray().Zip(others.EnumerateArray()).All(p =>
                    p.First[0].GetInt32() == p.Second[0].GetInt32() && Enumerable.Range(1, 3).All(i => IsClose(p.First[i].GetString()!, p.Second[i].GetString()!, exact))));
    }

    private static bool IsClose(string a, string b, bool exact)
    {
        if (a == b)
        {
            return true;
        }
        // The same number is written the same. Which of two zeros comes first in an order is not said, though.
        return !exact && SampleValue.TryParse(a, out var x) && SampleValue.TryParse(b, out var y) && (!x.Equals(y) || x == 0)
            && (Math.Abs(x - y) <= Tolerance * Math.Max(Math.Abs(x), Math.Abs(y)) || (Math.Abs(x) < 1e-12 && Math.Abs(y) < 1e-12));
    }

    private string? NoteDifference(string kind, ApiAnswer other)
    {
        var (mine, others) = (Notes(kind), other.Notes(kind));
        // Of more than ten, Go's map decides which ten are told.
        var omitted = mine.Where(n => n.EndsWith("annotations omitted", StringComparison.Ordinal)).ToList();
        return mine.SequenceEqual(others) || (omitted.Count == 1 && mine.Length == others.Length && others.Contains(omitted[0])) ? null : $"{kind}: [{string.Join("; ", mine.Except(others).Take(3))}] / [{string.Join("; ", others.Except(mine).Take(3))}]";
    }

    private string[] Notes(string kind) =>
        _root.TryGetProperty(kind, out var list) ? [.. list.EnumerateArray().Select(n => n.GetString()!).Where(n => !KnownDifferences.IsLaterNote(n)).Order(StringComparer.Ordinal)] : [];

    private string? Text(string name) => _root.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>Which of several groups is met first, and which of several duplicates in it, depends on the order of Go's maps.</summary>
    private string Essence() => IsError
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)_status} {Text("errorType")} {ItemNumber().Replace(Duplicates().Replace(Text("error")!, "$1 …$2 …$3"), "")}")
        : "none";

    [GeneratedRegex(@"-?\d+\.\d{9,}(e[-+]\d+)?|\d{15,}")]
    private static partial Regex LongNumber();

    /// <summary>A token without a name is told by its number in the generated parser, which each version has its own.</summary>
    [GeneratedRegex(@"""<Item \d+>"" ")]
    private static partial Regex ItemNumber();

    [GeneratedRegex(@"^(found duplicate series for the match group) \{.*\}( on the (?:left|right) hand-side of the operation:) \[.*\](;many-to-many matching not allowed.*)$", RegexOptions.Singleline)]
    private static partial Regex Duplicates();
}
