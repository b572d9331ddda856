using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Storage;
using Touchline.Web.Charts;
using Touchline.Web.Shell;
using Touchline.Web.Time;

namespace Touchline.Web.Explore;

/// <summary>
/// A text field for queries: colours, completion, and the place of an error underlined. The typing happens in js/editor.js; this answers what can
/// stand at the caret and what is wrong.
/// </summary>
public sealed partial class QueryEditor
{
    private static readonly string[] Keywords =
        ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "atan2", "bool", "offset", "start", "end", "inf", "nan"];

    private readonly CancellationTokenSource _gone = new();
    private ElementReference _element;
    private DotNetObjectReference<QueryEditor>? _self;
    private string? _sent;

    [Inject]
    internal BrowserModule Browser { get; set; } = null!;

    [Inject]
    internal IMetricQueryable Store { get; set; } = null!;

    [Inject]
    internal IQueryEngine Engine { get; set; } = null!;

    [Inject]
    internal PageState State { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    /// <summary>What the field holds when it is shown, and when it is set from outside.</summary>
    [Parameter]
    public string Text { get; set; } = "";

    /// <summary>The query is to be run.</summary>
    [Parameter]
    public EventCallback<string> Submitted { get; set; }

    [JSInvokable]
    public Task OnSubmitted(string text)
    {
        _sent = text;
        return InvokeAsync(() => Submitted.InvokeAsync(text));
    }

    /// <summary>Runs what the field holds, as Enter does.</summary>
    public Task SubmitAsync() => Browser.CallAsync("submitEditor", _element);

    /// <summary>The errors of a query, none for a valid or an empty one.</summary>
    [JSInvokable]
    public Task<object> OnCheck(string text) => Task.FromResult<object>(Errors(text, Engine.Options.Features));

    [JSInvokable]
    public Task<object> OnComplete(string text, int caret) => Task.Run<object>(
        () =>
        {
            var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!State.Range.TryResolve(now, out var from, out var to))
            {
                (from, to) = (now - 3_600_000, now);
            }
            return new QueryCompleter(Store, Engine.Options.Features).Complete(text, caret, from, to, _gone.Token);
        },
        _gone.Token);

    internal static IReadOnlyList<ChartErrorPlace> Errors(string text, PromQLFeatures features)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }
        try
        {
            PromQLParser.Parse(text, features);
            return [];
        }
        catch (PromQLSyntaxException error)
        {
            return [.. error.Errors.Select(e => new ChartErrorPlace(e.Span.Start, e.Span.End, e.Line, e.Column, e.Message))];
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _sent = Text;
            var words = new { functions = Functions.All.Select(f => f.Name), aggregations = Enum.GetValues<AggregateOperator>().Select(op => op.Name()), keywords = Keywords };
            await Browser.CallAsync("showEditor", _element, _self, Text, words);
        }
        else if (_sent != Text)
        {
            _sent = Text;
            await Browser.CallAsync("setEditorText", _element, Text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        if (_self is not null)
        {
            await Browser.CallAsync("removeEditor", _element);
            _self.Dispose();
        }
        _gone.Dispose();
    }
}
