using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Web.Charts;
using Touchline.Web.Formatting;

namespace Touchline.Web.Explore;

/// <summary>A query, its picture or its values. All of it is in the address: query, tab, step, time range.</summary>
public sealed partial class ExplorePage
{
    private static readonly JsonSerializerOptions FromBrowser = new(JsonSerializerDefaults.Web);

    private static readonly QueryLimits Explained = QueryLimits.Default with { Explains = true };

    private static readonly (string What, string Query)[] Examples =
    [
        ("which targets are up", "up"),
        ("how busy each processor is", "1 - rate(node_cpu_seconds_total{mode=\"idle\"}[1m])"),
        ("memory in use", "node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes"),
        ("requests a second, by route", "sum by (endpoint) (rate(http_requests_total[1m]))"),
        ("the slowest 5 of 100 requests", "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"),
        ("metrics with the most series", "topk(10, count by (__name__) ({__name__!=\"\"}))"),
    ];

    private QueryEditor? _editor;
    private string _query = "";
    private string? _step;
    private string? _stepError;
    private Unit _unit;
    private Unit _bucketUnit;
    private Unit _countUnit;
    private IReadOnlyList<string> _histograms = [];
    private QueryResult? _answer;
    private ChartError? _error;
    private IReadOnlyList<Note> _notes = [];
    private string? _cost;
    private DateTimeOffset _at;
    private bool _atOneTime;
    private (string? Tab, string? Step, string? Instant) _shown;

    [Inject]
    internal IQueryEngine Engine { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    internal string? AskedQuery { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    internal string? AskedTab { get; set; }

    [SupplyParameterFromQuery(Name = "step")]
    internal string? AskedStep { get; set; }

    [SupplyParameterFromQuery(Name = "stacked")]
    internal string? AskedStacked { get; set; }

    /// <summary>Of several native histograms the one to draw, by its labels.</summary>
    [SupplyParameterFromQuery(Name = "histogram")]
    internal string? AskedHistogram { get; set; }

    /// <summary>Whether a query is explained as one at the end of the time range, and not as one over it.</summary>
    [SupplyParameterFromQuery(Name = "instant")]
    internal string? AskedInstant { get; set; }

    private bool IsTable => AskedTab == "table";

    private bool IsExplain => AskedTab == "explain";

    private bool IsGraph => !IsTable && !IsExplain;

    private bool IsInstant => AskedInstant == "1";

    private bool IsStacked => AskedStacked == "1";

    protected override async Task OnParametersSetAsync()
    {
        var query = AskedQuery?.Trim() ?? "";
        var asked = (AskedTab, IsExplain ? AskedStep : null, IsExplain ? AskedInstant : null);
        var changed = query != _query || _shown != asked;
        (_query, _shown) = (query, asked);
        ReadStep();
        if (!changed)
        {
            return;
        }
        (_answer, _error, _notes, _cost, _histograms) = (null, null, [], null, []);
        (_unit, _bucketUnit, _countUnit) = Guess(query);
        if (!IsGraph)
        {
            await ReloadAsync();
        }
    }

    protected override void Load(CancellationToken cancellationToken)
    {
        // The graph asks for its data itself.
        if (IsGraph || _query.Length == 0)
        {
            return;
        }
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        var isRange = State.Range.TryResolve(now, out var from, out var to);
        var at = isRange ? Math.Min(to, now) : now;
        try
        {
            string? more = null;
            _atOneTime = IsTable || IsInstant || !isRange || HasNoSteps(_query);
            var answer = IsTable ? Engine.Query(_query, at, QueryLimits.Default, cancellationToken)
                : _atOneTime ? Engine.Query(_query, at, Explained, cancellationToken)
                : Explain(from, to, out more, cancellationToken);
            (_answer, _error, _at) = (answer, null, DateTimeOffset.FromUnixTimeMilliseconds(at));
            _notes = [.. answer.Annotations.Select(a => new Note(a.Level == AnnotationLevel.Warning, a.Message))];
            _cost = Cost(Rows(answer), answer.Statistics) + more;
        }
        catch (PromQLSyntaxException error)
        {
            Fail(new ChartError("bad_data", error.Errors.Count > 0 ? error.Errors[0].Message : error.Message) { Places = QueryEditor.Errors(_query, Engine.Options.Features) });
        }
        catch (PromQLEvaluationException error)
        {
            Fail(new ChartError(error.Kind == QueryErrorKind.Timeout ? "timeout" : "execution", error.Message));
        }
    }

    /// <summary>Over the time range with the steps that a chart would have.</summary>
    private QueryResult Explain(long from, long to, out string step, CancellationToken cancellationToken)
    {
        var stepMs = _step is not null && PrometheusDuration.TryParse(_step, out var asked)
            ? Math.Max(asked, (to - from) / ChartRequest.MaxPoints + 1)
            : ChartRequest.NiceStep((to - from) / ChartRequest.DefaultPoints + 1);
        step = $" · step {PrometheusDuration.Format(stepMs)}";
        return Engine.QueryRange(_query, from, to, stepMs, Explained, cancellationToken);
    }

    /// <summary>Whether the query is of a type that only one time can be asked for.</summary>
    private bool HasNoSteps(string query)
    {
        try
        {
            return PromQLParser.Parse(query, Engine.Options.Features).Type is ExprType.Matrix or ExprType.String;
        }
        catch (PromQLSyntaxException)
        {
            // The engine says what is wrong with it.
            return false;
        }
    }

    private void Fail(ChartError error) => (_answer, _error, _notes, _cost, _histograms) = (null, error, [], null, []);

    private static int Rows(QueryResult answer) => answer.Type switch
    {
        ExprType.Vector => answer.Vector.Count,
        ExprType.Matrix => answer.Matrix.Count,
        _ => 1,
    };

    private static string Cost(int series, QueryStatistics cost) => string.Create(
        CultureInfo.InvariantCulture, $"{Figure.Count(series)} series · {Figure.Count(cost.SamplesRead)} samples read · {Figure.Format(cost.ElapsedMs / 1000, Unit.Seconds)}");

    private static string Selected(bool selected) => selected ? "true" : "false";

    /// <summary>The chart's answer: what it cost and what there is to say of it, or the error.</summary>
    private void OnAnswered(JsonElement answer)
    {
        if (answer.TryGetProperty("ok", out var ok) && ok.GetBoolean())
        {
            var header = answer.Deserialize<ChartAnswer>(FromBrowser)!;
            _error = null;
            _notes = [.. header.Annotations.Select(a => new Note(a.Level == "warning", a.Message))];
            var drawn = header.Series + header.Histograms.Count;
            if (header.Dropped > 0)
            {
                _notes = [.. _notes, new Note(true, $"Only the first {drawn} of {drawn + header.Dropped} series are drawn. Narrow the query, or aggregate.")];
            }
            _notes = [.. _notes, .. HistogramNotes(header)];
            _histograms = header.Series == 0 ? header.Histograms : [];
            _cost = $"{Cost(drawn + header.Dropped, header.Statistics)} · step {PrometheusDuration.Format(header.StepMs)}";
        }
        else
        {
            Fail(answer.Deserialize<ChartError>(FromBrowser)!);
        }
    }

    /// <summary>The units of values, of what histograms observe and of their counts.</summary>
    private (Unit Value, Unit Bucket, Unit Count) Guess(string query)
    {
        try
        {
            return query.Length > 0 && PromQLParser.Parse(query, Engine.Options.Features) is { } expr
                ? (UnitGuess.Of(expr), UnitGuess.OfBuckets(expr), UnitGuess.OfCounts(expr))
                : default;
        }
        catch (PromQLSyntaxException)
        {
            return default;
        }
    }

    private static IEnumerable<Note> HistogramNotes(ChartAnswer answer)
    {
        if (answer.Histograms.Count > 0 && answer.Series > 0)
        {
            yield return new Note(false, $"{answer.Histograms.Count} of the series are native histograms, which are not drawn beside lines. Select them alone to see a heat map.");
        }
        else if (answer.Cumulative)
        {
            yield return new Note(false, "These histograms count everything since their targets started. With rate(…[5m]) the picture shows what was observed when.");
        }
    }

    /// <summary>The line of the query that a place is on, with marks under it.</summary>
    private string PlaceText(ChartErrorPlace place)
    {
        var start = Math.Min(place.Start, _query.Length);
        var lineStart = start == 0 ? 0 : _query.LastIndexOf('\n', start - 1) + 1;
        var lineEnd = _query.IndexOf('\n', start);
        lineEnd = lineEnd < 0 ? _query.Length : lineEnd;
        var marks = Math.Max(1, Math.Min(place.End, lineEnd) - start);
        return $"{_query[lineStart..lineEnd]}\n{new string(' ', start - lineStart)}{new string('^', marks)} {place.Line}:{place.Column} {place.Message}";
    }

    private async Task Submit()
    {
        if (_editor is not null)
        {
            await _editor.SubmitAsync();
        }
    }

    private async Task Run(string query)
    {
        query = query.Trim();
        if (query == _query)
        {
            await Clock.TickAsync();
            return;
        }
        // Another answer has other histograms.
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
            new Dictionary<string, object?> { ["q"] = query.Length > 0 ? query : null, ["histogram"] = null }));
    }

    private void SetTab(string? tab) => Navigate("tab", tab);

    private void SetStacked(ChangeEventArgs e) => Navigate("stacked", e.Value is true ? "1" : null);

    private void SetInstant(ChangeEventArgs e) => Navigate("instant", e.Value is true ? "1" : null);

    private void SetHistogram(ChangeEventArgs e) => Navigate("histogram", e.Value is string { Length: > 0 } chosen ? chosen : null);

    private void SetStep(ChangeEventArgs e)
    {
        var text = ((string?)e.Value)?.Trim();
        Navigate("step", string.IsNullOrEmpty(text) ? null : text);
    }

    private void ReadStep()
    {
        var valid = AskedStep is null || (PrometheusDuration.TryParse(AskedStep, out var ms) && ms > 0);
        _step = valid ? AskedStep : null;
        _stepError = valid ? null : "A step is a duration such as 15s.";
    }

    private void Navigate(string parameter, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(parameter, value));

    private sealed record Note(bool IsWarning, string Message);

    private sealed record ChartAnswer(int Series, IReadOnlyList<string> Histograms, bool Cumulative, int Dropped, long StepMs, IReadOnlyList<ChartNote> Annotations, QueryStatistics Statistics);

    private sealed record ChartNote(string Level, string Message);
}
