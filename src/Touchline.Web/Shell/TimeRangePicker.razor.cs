using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Touchline.Web.Time;

namespace Touchline.Web.Shell;

/// <summary>The button with the time range and the panel under it: presets, two ends typed in, and the zone that times are shown in.</summary>
public sealed partial class TimeRangePicker
{
    private ElementReference _button;
    private ElementReference _panel;
    private bool _open;
    private bool _focus;
    private string _from = "";
    private string _to = "";
    private string _zone = "";
    private string? _error;

    protected override void OnInitialized() => State.Changed += OnChanged;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            // So that the keyboard goes on where the panel begins, and where it was opened once it is closed.
            _focus = false;
            await (_open ? _panel : _button).FocusAsync();
        }
    }

    public void Dispose() => State.Changed -= OnChanged;

    private async Task ToggleAsync()
    {
        if (_open)
        {
            await CloseAsync();
            return;
        }
        await FillAsync();
        (_open, _focus) = (true, true);
    }

    private Task CloseAsync()
    {
        (_open, _focus) = (false, true);
        return Task.CompletedTask;
    }

    private async Task OnKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
        {
            await CloseAsync();
        }
    }

    private async Task ChooseAsync(TimeRange range)
    {
        await CloseAsync();
        State.SetRange(range);
    }

    private async Task SetZoneAsync(bool isUtc)
    {
        State.SetZone(isUtc);
        await FillAsync();
    }

    /// <summary>Writes both ends as the chosen zone shows them; the browser knows how.</summary>
    private async Task FillAsync()
    {
        string[] ends = [State.Range.From, State.Range.To];
        var dates = ends.Where(IsDate).Select(Resolve).ToArray();
        var answer = await Browser.AskAsync<PickerTimes>("pickerTimes", State.IsUtc, dates);
        var written = new Queue<string>(answer?.Times ?? []);
        var texts = ends.Select(end => IsDate(end) && written.TryDequeue(out var text) ? text : end).ToArray();
        (_from, _to, _zone, _error) = (texts[0], texts[1], answer?.Zone ?? "", null);
    }

    private async Task ApplyAsync()
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (!TimeExpression.TryResolve(_from, now, out var from, out var fromIsWall))
        {
            _error = $"“{_from}” is no time.";
            return;
        }
        if (!TimeExpression.TryResolve(_to, now, out var to, out var toIsWall))
        {
            _error = $"“{_to}” is no time.";
            return;
        }
        if (!State.IsUtc && (fromIsWall || toIsWall) && await Browser.AskAsync<long[]>("resolveWall", false, new[] { from, to }) is [var localFrom, var localTo])
        {
            (from, to) = (fromIsWall ? localFrom : from, toIsWall ? localTo : to);
        }
        if (from >= to)
        {
            _error = "The start must be before the end.";
            return;
        }
        await ChooseAsync(new TimeRange(Writable(_from, from), Writable(_to, to)));
    }

    private static bool IsDate(string end) => !TimeExpression.IsRelative(end);

    private static long Resolve(string date) => TimeExpression.TryResolve(date, 0, out var ms) ? ms : 0;

    private static string Writable(string end, long ms) =>
        TimeExpression.IsRelative(end.Trim()) ? end.Trim() : ms.ToString(CultureInfo.InvariantCulture);

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);

    /// <summary>The browser's answer: what its zone is called, and times as the chosen zone writes them.</summary>
    internal sealed record PickerTimes(string Zone, string[] Times);
}
