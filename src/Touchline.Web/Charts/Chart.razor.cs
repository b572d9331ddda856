using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Touchline.Web.Formatting;
using Touchline.Web.Time;

namespace Touchline.Web.Charts;

/// <summary>A chart over the page's time range. Everything inside its frame is drawn by js/charts.js.</summary>
public sealed partial class Chart
{
    private ElementReference _element;
    private DotNetObjectReference<Chart>? _self;
    private string? _sent;

    [Parameter]
    public string? Title { get; set; }

    [Parameter]
    public string? Subtitle { get; set; }

    [Parameter]
    public string Class { get; set; } = "";

    [Parameter]
    public int Height { get; set; } = 180;

    [Parameter, EditorRequired]
    public IReadOnlyList<ChartQuery> Queries { get; set; } = [];

    [Parameter]
    public Unit Unit { get; set; }

    [Parameter]
    public ChartKind Kind { get; set; }

    [Parameter]
    public LegendKind Legend { get; set; } = LegendKind.Row;

    [Parameter]
    public double? Min { get; set; }

    [Parameter]
    public double? Max { get; set; }

    [Parameter]
    public string? Scrape { get; set; }

    [Parameter]
    public string? Step { get; set; }

    [Parameter]
    public int? SeriesLimit { get; set; }

    [Parameter]
    public string? Histogram { get; set; }

    [Parameter]
    public Unit BucketUnit { get; set; }

    [Parameter]
    public Unit CountUnit { get; set; }

    [Parameter]
    public string Empty { get; set; } = "No data in this time range";

    /// <summary>Told what each answer of the server said beside its values: the header of the frame, or the error, as JSON.</summary>
    [Parameter]
    public EventCallback<JsonElement> Answered { get; set; }

    [JSInvokable]
    public Task OnAnswered(JsonElement answer) => InvokeAsync(() => Answered.InvokeAsync(answer));

    protected override void OnInitialized() => State.Changed += OnStateChanged;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var spec = Spec();
        var text = JsonSerializer.Serialize(spec);
        if (text == _sent)
        {
            return;
        }
        _sent = text;
        _self ??= Answered.HasDelegate ? DotNetObjectReference.Create(this) : null;
        await Browser.CallAsync("showChart", _element, spec, _self);
    }

    public async ValueTask DisposeAsync()
    {
        State.Changed -= OnStateChanged;
        if (_sent is not null)
        {
            await Browser.CallAsync("removeChart", _element);
        }
        _self?.Dispose();
    }

    private void OnStateChanged() => _ = InvokeAsync(StateHasChanged);

    private ChartSpec Spec() => new()
    {
        Queries = Queries,
        From = State.Range.From,
        To = State.Range.To,
        Unit = Unit,
        Kind = Kind,
        Legend = Legend,
        Min = Min,
        Max = Max,
        Scrape = Scrape,
        Step = Step,
        SeriesLimit = SeriesLimit,
        Histogram = Histogram,
        BucketUnit = BucketUnit,
        CountUnit = CountUnit,
        Empty = Empty,
    };
}
