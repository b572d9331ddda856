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

    private JsonElement Result => _root.GetProperty("data").GetProperty("result");

    private string ResultType => _root.GetProperty("data").GetProperty("resultType").GetString()!;

    /// <summary>The first difference, its kind before a colon, or null.</summary>
    /// <param name="other">The answer of the other server.</param>
    /// <param name="exact">Whether values have to be the very same, as those that are only selected have.</param>
    /// <param name="ordered">Whether the language says in which order the series are.</param>
    /// <param name="tolerance">The relative error of values that need not be the very same.</param>
    public string? DifferenceTo(ApiAnswer other, bool exact, bool ordered, double tolerance = Tolerance)
    {
        tolerance = exact ? 0 : tolerance;
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
        return (ResultType is "scalar" or "string" ? PairDifference("", Result, other.Result, tolerance) : SeriesDifference(other, tolerance, ordered))
            ?? NoteDifference("warnings", other) ?? NoteDifference("infos", other);
    }

    public bool AllHave(IEnumerable<string> labels) =>
        IsError || ResultType != "vector" || Result.EnumerateArray().All(s => labels.All(l => s.GetProperty("metric").TryGetProperty(l, out _)));

    public bool SomeHave(string label) =>
        !IsError && ResultType is "vector" or "matrix" && Result.EnumerateArray().Any(s => s.GetProperty("metric").TryGetProperty(label, out _));

    public bool HasHistograms => Points().Values.Any(v => v.ValueKind == JsonValueKind.Object);

    public bool IsErrorWith(string words) => IsError && Text("error")!.Contains(words, StringComparison.Ordinal);

    /// <summary>Whether this answer at one time is part of another over a range.</summary>
    public bool IsAt(long timeMs, ApiAnswer range)
    {
        if (IsError || ResultType is not ("vector" or "scalar"))
        {
            return false;
        }
        var (mine, others) = (Points(), range.Points().Where(p => p.Key.TimeMs == timeMs).ToList());
        return mine.Count == others.Count && others.All(p => mine.TryGetValue(p.Key, out var point) && IsSamePoint(point, p.Value));
    }

    /// <summary>Whether all that is in this answer at one time is in another just so, or in a third over a range, and nothing is missing that is in both.</summary>
    public bool HasOnlyPointsOf(ApiAnswer other, ApiAnswer range, long timeMs)
    {
        if (IsError || other.IsError || ResultType != "vector")
        {
            return false;
        }
        var (mine, others, thirds) = (Points(), other.Points(), range.Points());
        return mine.Keys.Concat(others.Keys).Concat(thirds.Keys.Where(k => k.TimeMs == timeMs)).All(k => IsAsIn(others, k) || IsAsIn(thirds, k));

        bool IsAsIn(Dictionary<(string, long), JsonElement> points, (string, long) key) =>
            mine.TryGetValue(key, out var point) ? points.TryGetValue(key, out var match) && IsSamePoint(point, match) : !points.ContainsKey(key);
    }

    /// <summary>Whether this has all that another has, and more, which a third has just so.</summary>
    public bool HasMoreThan(ApiAnswer other, ApiAnswer third)
    {
        var (mine, others, thirds) = (Points(), other.Points(), third.Points());
        return mine.Count > others.Count && others.All(p => mine.TryGetValue(p.Key, out var point) && IsSamePoint(point, p.Value))
            && mine.All(p => others.ContainsKey(p.Key) || (thirds.TryGetValue(p.Key, out var point) && IsSamePoint(point, p.Value)));
    }

    /// <summary>Whether each series was in another answer just so.</summary>
    public bool IsChosenFrom(ApiAnswer other)
    {
        var others = other.Points();
        return !IsError && Points().All(p => others.TryGetValue(p.Key, out var point) && IsSamePoint(point, p.Value));
    }

    /// <summary>Whether there are as many series as in another answer at each time, of the same values if these are to be compared too.</summary>
    public bool ChoosesAsMuchAs(ApiAnswer other, bool valuesToo)
    {
        var (mine, others) = (ByTime(this), ByTime(other));
        return mine.Count == others.Count && mine.All(m => others.TryGetValue(m.Key, out var match)
            && m.Value.Count == match.Count && (!valuesToo || m.Value.Zip(match).All(p => IsSamePoint(p.First, p.Second))));

        static Dictionary<long, List<JsonElement>> ByTime(ApiAnswer answer) => answer.Points().GroupBy(p => p.Key.TimeMs)
            .ToDictionary(g => g.Key, g => g.Select(p => p.Value).OrderBy(v => SampleValue.TryParse(v.ToString(), out var number) ? number : 0).ToList());
    }

    /// <summary>Whether all that differs are numbers that are NaN in another answer, or not there, as a filter may have it.</summary>
    public bool DiffersOnlyWhereNaNIn(ApiAnswer other)
    {
        var (mine, others) = (Points(), other.Points());
        return !IsError && !other.IsError && mine.Keys.Union(others.Keys).All(k => mine.TryGetValue(k, out var point) && others.TryGetValue(k, out var match)
            && (IsSamePoint(point, match) || match.ToString() == "NaN"));
    }

    /// <summary>Whether all that differs is where another answer has the number NaN.</summary>
    public bool DiffersOnlyWhereNaNIn(ApiAnswer other, ApiAnswer where)
    {
        var (mine, others, wheres) = (Points(), other.Points(), where.Points());
        return mine.Count > 0 && mine.Count == others.Count && mine.All(p => others.TryGetValue(p.Key, out var match)
            && (IsSamePoint(p.Value, match) || (wheres.TryGetValue(p.Key, out var there) && there.ToString() == "NaN")));
    }

    /// <summary>Whether all that differs are histograms whose buckets sum up to their count here and do not in another answer.</summary>
    public bool HasBucketsWhereMissingIn(ApiAnswer other)
    {
        var (mine, others) = (Points(), other.Points());
        return mine.Count > 0 && mine.Count == others.Count
            && mine.All(p => others.TryGetValue(p.Key, out var match) && (IsSamePoint(p.Value, match) || (IsWhole(p.Value) && !IsWhole(match))));
    }

    /// <summary>Whether all histograms have buckets that sum up to their count here, and some of the same series and time do not in another answer.</summary>
    public bool IsWholeUnlike(ApiAnswer other)
    {
        var (mine, others) = (Points(), other.Points());
        return mine.All(p => p.Value.ValueKind != JsonValueKind.Object || IsWhole(p.Value))
            && others.Any(p => p.Value.ValueKind == JsonValueKind.Object && mine.ContainsKey(p.Key) && !IsWhole(p.Value));
    }

    /// <summary>Observations that are NaN are in no bucket, but count.</summary>
    private static bool IsWhole(JsonElement histogram)
    {
        if (histogram.ValueKind != JsonValueKind.Object)
        {
            return false;
        }
        var count = Number(histogram.GetProperty("count"));
        var inBuckets = histogram.TryGetProperty("buckets", out var buckets) ? buckets.EnumerateArray().Sum(b => Number(b[3])) : 0;
        return Math.Abs(count - inBuckets) <= Tolerance * Math.Max(Math.Abs(count), Math.Abs(inBuckets))
            || (double.IsNaN(Number(histogram.GetProperty("sum"))) && inBuckets < count);

        static double Number(JsonElement text) => SampleValue.TryParse(text.GetString()!, out var number) ? number : double.NaN;
    }

    /// <summary>All values and histograms by series and time.</summary>
    private Dictionary<(string Labels, long TimeMs), JsonElement> Points()
    {
        var all = new Dictionary<(string, long), JsonElement>();
        if (IsError || ResultType == "string")
        {
            return all;
        }
        if (ResultType == "scalar")
        {
            Add("{}", Result);
            return all;
        }
        foreach (var (labels, series) in List())
        {
            foreach (var name in (string[])["value", "histogram"])
            {
                if (series.TryGetProperty(name, out var one))
                {
                    Add(labels, one);
                }
                foreach (var point in series.TryGetProperty(name + "s", out var many) ? many.EnumerateArray() : default)
                {
                    Add(labels, point);
                }
            }
        }
        return all;

        void Add(string labels, JsonElement pair) => all.Add((labels, (long)Math.Round(pair[0].GetDouble() * 1000)), pair[1]);
    }

    private static bool IsSamePoint(JsonElement a, JsonElement b) => a.ValueKind == b.ValueKind
        && (a.ValueKind == JsonValueKind.String ? IsClose(a.GetString()!, b.GetString()!, Tolerance) : IsClose(a, b, Tolerance));

    private string? SeriesDifference(ApiAnswer other, double tolerance, bool ordered)
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
                if (has && (name.EndsWith('s') ? ManyDifference(labels, points, otherPoints, tolerance) : PairDifference(labels, points, otherPoints, tolerance)) is { } difference)
                {
                    return difference;
                }
            }
        }
        if (byLabels.Count > 0)
        {
            return $"series: {byLabels.Keys.First()} should not be there";
        }
        return ordered && mine.Zip(others).Any(p => p.First.Labels != p.Second.Labels && !IsClose(Rank(p.First), Rank(p.Second), Tolerance))
            ? $"order: {string.Join(", ", mine.Select(s => s.Labels))} / {string.Join(", ", others.Select(s => s.Labels))}"
            : null;

        // Of equal values either may come first: a sort is not stable there.
        static string Rank((string Labels, JsonElement Series) series) => series.Series.TryGetProperty("value", out var value) ? value[1].GetString()! : series.Labels;
    }

    private List<(string Labels, JsonElement Series)> List() =>
        [.. Result.EnumerateArray().Select(s => (Labels.Of([.. s.GetProperty("metric").EnumerateObject().Select(p => new Label(p.Name, p.Value.GetString()!))]).ToString(), s))];

    private static string? ManyDifference(string labels, JsonElement points, JsonElement others, double tolerance)
    {
        var pairs = points.EnumerateArray().Zip(others.EnumerateArray()).ToList();
        foreach (var (point, match) in pairs)
        {
            if (PairDifference(labels, point, match, tolerance) is { } difference)
            {
                return difference;
            }
        }
        return points.GetArrayLength() == others.GetArrayLength() ? null : $"points: {labels} has {others.GetArrayLength()}, should have {points.GetArrayLength()}";
    }

    private static string? PairDifference(string labels, JsonElement pair, JsonElement other, double tolerance)
    {
        if (pair[0].GetRawText() != other[0].GetRawText())
        {
            return $"time: {labels} {pair[0].GetRawText()} / {other[0].GetRawText()}";
        }
        var same = pair[1].ValueKind == JsonValueKind.String
            ? other[1].ValueKind == JsonValueKind.String && IsClose(pair[1].GetString()!, other[1].GetString()!, tolerance)
            : other[1].ValueKind == JsonValueKind.Object && IsClose(pair[1], other[1], tolerance);
        return same ? null : $"value: {labels} at {pair[0].GetRawText()}: {pair[1].GetRawText()} / {other[1].GetRawText()}";
    }

    private static bool IsClose(JsonElement histogram, JsonElement other, double tolerance)
    {
        if (!IsClose(histogram.GetProperty("count").GetString()!, other.GetProperty("count").GetString()!, tolerance)
            || !IsClose(histogram.GetProperty("sum").GetString()!, other.GetProperty("sum").GetString()!, tolerance)
            || histogram.TryGetProperty("buckets", out var buckets) != other.TryGetProperty("buckets", out var others))
        {
            return false;
        }
        return buckets.ValueKind != JsonValueKind.Array
            || (buckets.GetArrayLength() == others.GetArrayLength()
                && buckets.EnumerateArray().Zip(others.EnumerateArray()).All(p =>
                    p.First[0].GetInt32() == p.Second[0].GetInt32() && Enumerable.Range(1, 3).All(i => IsClose(p.First[i].GetString()!, p.Second[i].GetString()!, tolerance))));
    }

    private static bool IsClose(string a, string b, double tolerance)
    {
        if (a == b)
        {
            return true;
        }
        // The same number is written the same. Which of two zeros comes first in an order is not said, though.
        return tolerance > 0 && SampleValue.TryParse(a, out var x) && SampleValue.TryParse(b, out var y) && (!x.Equals(y) || x == 0)
            && (Math.Abs(x - y) <= tolerance * Math.Max(Math.Abs(x), Math.Abs(y)) || (Math.Abs(x) < 1e-12 && Math.Abs(y) < 1e-12));
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
        : IsEmpty ? "none, empty" : "none";

    /// <summary>A token without a name is told by its number in the generated parser, which each version has its own.</summary>
    [GeneratedRegex(@"""<Item \d+>"" ")]
    private static partial Regex ItemNumber();

    [GeneratedRegex(@"^(found duplicate series for the match group) \{.*\}( on the (?:left|right) hand-side of the operation:) \[.*\](;many-to-many matching not allowed.*)$", RegexOptions.Singleline)]
    private static partial Regex Duplicates();
}
