using System.Globalization;
using Microsoft.AspNetCore.Components.Web;
using Touchline.Web.Time;

namespace Touchline.Web.Shell;

/// <summary>The button with the time range and the panel under it: presets, or two ends typed in.</summary>
public sealed partial class TimeRangePicker
{
    private bool _open;
    private string _from = "";
    private string _to = "";
    private string? _error;

    protected override void OnInitialized() => State.Changed += OnChanged;

    public void Dispose() => State.Changed -= OnChanged;

    private void Toggle()
    {
        _open = !_open;
        (_from, _to, _error) = (Readable(State.Range.From), Readable(State.Range.To), null);
    }

    private void Close() => _open = false;

    private void OnKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
        {
            Close();
        }
    }

    private void Choose(TimeRange range)
    {
        Close();
        State.SetRange(range);
    }

    private void Apply()
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (!TimeExpression.TryResolve(_from, now, out var from))
        {
            _error = $"“{_from}” is no time.";
        }
        else if (!TimeExpression.TryResolve(_to, now, out var to))
        {
            _error = $"“{_to}” is no time.";
        }
        else if (from >= to)
        {
            _error = "The start must be before the end.";
        }
        else
        {
            Choose(new TimeRange(Writable(_from, from), Writable(_to, to)));
        }
    }

    private static string Readable(string end) =>
        !TimeExpression.IsRelative(end) && TimeExpression.TryResolve(end, 0, out var ms)
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : end;

    private static string Writable(string end, long ms) =>
        TimeExpression.IsRelative(end.Trim()) ? end.Trim() : ms.ToString(CultureInfo.InvariantCulture);

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);
}
