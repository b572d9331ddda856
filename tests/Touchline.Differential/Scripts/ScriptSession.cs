using System.Text.Json;
using Touchline.Differential.Api;
using Touchline.Differential.Fuzzing;
using Touchline.Differential.PromQL;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Scripts;
using Touchline.Storage.InMemory;

namespace Touchline.Differential.Scripts;

/// <summary>A real Prometheus and our engine with what a script has loaded since it last cleared.</summary>
internal sealed class ScriptSession : IAsyncDisposable
{
    // A script may load what lies before what it has loaded already.
    private const string Config = "storage: { tsdb: { out_of_order_time_window: 36500d } }";
    private const string Features = "promql-experimental-functions,promql-duration-expr,promql-delayed-name-removal,native-histograms";

    private readonly ServerProcess _prometheus;
    private readonly SampleSet _samples = new();
    private PromQLEngine? _engine;

    private ScriptSession(ServerProcess prometheus) => _prometheus = prometheus;

    public ServerProcess Prometheus => _prometheus;

    public static async Task<ScriptSession> StartAsync() => new(await ServerProcess.StartPrometheusAsync(
        Config, "--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y", $"--enable-feature={Features}"));

    public async Task LoadAsync(LoadCommand load)
    {
        _engine?.Dispose();
        _engine = null;
        var raw = new SortedDictionary<long, List<(Labels Labels, double Value, NativeHistogram? Histogram)>>();
        foreach (var series in load.Series)
        {
            NativeHistogram? previous = null;
            for (var i = 0; i < series.Values.Count; i++)
            {
                if (series.Values[i] is not { Omitted: false } value)
                {
                    continue;
                }
                Add(series.Labels, i * load.IntervalMs, value.Number, value.Histogram, previous);
                previous = value.Histogram;
            }
        }
        foreach (var (labels, time, histogram) in load.WithCustomBuckets ? ClassicHistograms.Convert(load) : [])
        {
            Add(labels, time, 0, histogram, null);
        }
        foreach (var (time, points) in raw)
        {
            await SendAsync(time, points);
        }

        void Add(Labels labels, long time, double value, NativeHistogram? histogram, NativeHistogram? previous)
        {
            if (!raw.TryGetValue(time, out var points))
            {
                raw.Add(time, points = []);
            }
            points.Add((labels, value, histogram));
            if (histogram is null)
            {
                _samples.Add(labels, time, value);
            }
            else
            {
                _samples.Add(labels, time, HistogramSequence.AsStored(histogram, previous));
            }
        }
    }

    /// <summary>What Prometheus and our engine say.</summary>
    public async Task<(Answer Prometheus, Answer Touchline)> AskAsync(EvalCommand eval)
    {
        var question = eval.IsRange ? new Question(eval.StartMs, eval.EndMs, eval.StepMs) : new Question(eval.TimeMs, 0, 0);
        using var content = new FormUrlEncodedContent(question.Parameters(eval.Query));
        using var response = await _prometheus.Client.PostAsync(new Uri(question.Path, UriKind.Relative), content);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (Answer.Of(json), Answer.Of(eval.Query, () => AskTouchline(eval)));
    }

    public QueryResult AskTouchline(EvalCommand eval)
    {
        _engine ??= new PromQLEngine(_samples.ToStore(), new PromQLOptions { Features = PromQLFeatures.All, DefaultSubqueryStepMs = 60_000 }, TimeProvider.System);
        return eval.IsRange
            ? _engine.QueryRange(eval.Query, eval.StartMs, eval.EndMs, eval.StepMs, QueryLimits.Default, default)
            : _engine.Query(eval.Query, eval.TimeMs, QueryLimits.Default, default);
    }

    public async ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        await _prometheus.DisposeAsync();
    }

    private async Task SendAsync(long time, List<(Labels Labels, double Value, NativeHistogram? Histogram)> points)
    {
        var message = new RemoteWriteMessage();
        // In the order of labels, which is that of our store: then both have their series in the same order, on which the choice among equals depends.
        foreach (var (labels, value, histogram) in points.OrderBy(p => p.Labels))
        {
            message.AddSeries(labels, [(time, value, histogram is null ? null : histogram with { IsFloat = true })]);
        }
        using var content = new ByteArrayContent(message.ToBody());
        content.Headers.TryAddWithoutValidation("Content-Type", message.ContentType);
        content.Headers.ContentEncoding.Add("snappy");
        using var response = await _prometheus.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
