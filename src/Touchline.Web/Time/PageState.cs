using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Touchline.Model;

namespace Touchline.Web.Time;

/// <summary>
/// Time range, refresh interval and time zone of one browser tab. The address is where they live, so that a link shows what its sender saw; this reads
/// them from it and writes links that carry them on.
/// </summary>
internal sealed class PageState : IDisposable
{
    private const string FromKey = "from";
    private const string ToKey = "to";
    private const string RefreshKey = "refresh";
    private const string ZoneKey = "tz";
    private const string Off = "off";
    private const string Utc = "utc";
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);

    private readonly NavigationManager _navigation;

    public PageState(NavigationManager navigation)
    {
        _navigation = navigation;
        _navigation.LocationChanged += OnLocationChanged;
        Read();
    }

    public event Action? Changed;

    /// <summary>The refresh intervals that the picker offers.</summary>
    public static IReadOnlyList<string> RefreshChoices { get; } = ["off", "2s", "5s", "10s", "30s", "1m", "5m"];

    public TimeRange Range { get; private set; } = TimeRange.Default;

    /// <summary>As written in the address: a duration or <c>off</c>.</summary>
    public string Refresh { get; private set; } = "10s";

    /// <summary>Null where pages do not refresh by themselves.</summary>
    public TimeSpan? RefreshInterval { get; private set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether times are shown and typed in UTC; otherwise in the browser's zone, which only the browser knows.</summary>
    public bool IsUtc { get; private set; }

    /// <summary>The address of a page of ours with time range, refresh and zone as they are now.</summary>
    public string Href(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new Dictionary<string, string?>();
        foreach (var (name, value) in QueryHelpers.ParseQuery(new Uri(_navigation.Uri).Query))
        {
            if (name is FromKey or ToKey or RefreshKey or ZoneKey)
            {
                query[name] = value.ToString();
            }
        }
        foreach (var (name, value) in parameters)
        {
            query[name] = value;
        }
        return QueryHelpers.AddQueryString(path, query.Where(p => p.Value is not null));
    }

    public void SetRange(TimeRange range) =>
        Navigate(new Dictionary<string, object?> { [FromKey] = range.From, [ToKey] = range.To });

    public void SetRefresh(string refresh) => Navigate(new Dictionary<string, object?> { [RefreshKey] = refresh });

    public void SetZone(bool isUtc) => Navigate(new Dictionary<string, object?> { [ZoneKey] = isUtc ? Utc : null });

    public void Dispose() => _navigation.LocationChanged -= OnLocationChanged;

    private void Navigate(Dictionary<string, object?> parameters) => _navigation.NavigateTo(_navigation.GetUriWithQueryParameters(parameters));

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var before = (Range, Refresh, IsUtc);
        Read();
        if (before != (Range, Refresh, IsUtc))
        {
            Changed?.Invoke();
        }
    }

    private void Read()
    {
        var query = QueryHelpers.ParseQuery(new Uri(_navigation.Uri).Query);
        string? Get(string key) => query.TryGetValue(key, out var values) ? values.ToString() : null;

        // An address that cannot be read must not break the page: the default is shown instead.
        var asked = new TimeRange(Get(FromKey) ?? TimeRange.Default.From, Get(ToKey) ?? TimeRange.Default.To);
        const long AnyNow = 4_000_000_000_000;
        Range = asked.TryResolve(AnyNow, out _, out _) ? asked : TimeRange.Default;

        IsUtc = string.Equals(Get(ZoneKey), Utc, StringComparison.OrdinalIgnoreCase);

        var refresh = Get(RefreshKey) ?? "10s";
        if (refresh == Off)
        {
            (Refresh, RefreshInterval) = (Off, null);
            return;
        }
        var valid = PrometheusDuration.TryParse(refresh, out var ms) && ms >= ShortestRefresh.TotalMilliseconds && ms <= 86_400_000;
        (Refresh, RefreshInterval) = valid ? (refresh, TimeSpan.FromMilliseconds(ms)) : ("10s", TimeSpan.FromSeconds(10));
    }
}
