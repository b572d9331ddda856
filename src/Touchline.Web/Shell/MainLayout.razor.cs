using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using Touchline.Web.Time;
using Touchline.Web.Views;

namespace Touchline.Web.Shell;

/// <summary>What stands around every page: bar, menu, banner. It also passes the clock's ticks on to the charts in the browser.</summary>
public sealed partial class MainLayout
{
    private bool _drawerOpen = true;
    private StatusSnapshot _status = null!;
    private ErrorBoundary? _errors;
    private DotNetObjectReference<MainLayout>? _self;

    [JSInvokable]
    public Task OnHidden(bool hidden) => Clock.SetHiddenAsync(hidden);

    /// <summary>Told when someone dragged over a chart to look closer.</summary>
    [JSInvokable]
    public Task OnRangeChosen(long fromMs, long toMs) =>
        InvokeAsync(() => State.SetRange(new TimeRange(fromMs.ToString(), toMs.ToString())));

    protected override void OnInitialized()
    {
        _status = StatusView.Status();
        State.Changed += OnStateChanged;
        Clock.Ticked += OnTickAsync;
        Navigation.LocationChanged += OnLocationChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await Browser.CallAsync("start", _self);
        }
    }

    public async ValueTask DisposeAsync()
    {
        State.Changed -= OnStateChanged;
        Clock.Ticked -= OnTickAsync;
        Navigation.LocationChanged -= OnLocationChanged;
        if (_self is not null)
        {
            await Browser.CallAsync("stop");
            _self.Dispose();
        }
    }

    private string Active(string path) =>
        new Uri(Navigation.Uri).AbsolutePath.AsSpan(new Uri(Navigation.BaseUri).AbsolutePath.Length).SequenceEqual(path) ? "tl-here" : "";

    private void OnStateChanged() => _ = InvokeAsync(async () =>
    {
        StateHasChanged();
        await Browser.CallAsync("setZone", State.IsUtc);
    });

    // Links carry the page's time range, so they are written anew, and an error on one page does not follow to the next.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(() =>
    {
        _errors?.Recover();
        StateHasChanged();
    });

    private Task OnTickAsync() => InvokeAsync(async () =>
    {
        _status = StatusView.Status();
        StateHasChanged();
        await Browser.CallAsync("refreshCharts");
    });
}
