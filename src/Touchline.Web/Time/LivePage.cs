using Microsoft.AspNetCore.Components;

namespace Touchline.Web.Time;

/// <summary>A page that reads its state on load, at every tick of the clock and when the time range changes.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    [Inject]
    internal PageState State { get; set; } = null!;

    [Inject]
    internal RefreshClock Clock { get; set; } = null!;

    /// <summary>Reads what the page shows. After the first time it runs away from the renderer, so it must only swap in what it has read.</summary>
    protected abstract void Load(CancellationToken cancellationToken);

    /// <summary>The first time, which the browser waits for: a page that may have much to read shows what it has after a moment, and answers false.</summary>
    protected virtual bool LoadFirst(CancellationToken cancellationToken)
    {
        Load(cancellationToken);
        return true;
    }

    protected override void OnInitialized()
    {
        State.Changed += OnStateChanged;
        Clock.Ticked += ReloadAsync;
        // At once, so that the first thing that is sent already has its content. What is only sent, and not kept, has nobody to follow it up.
        if (!LoadFirst(_gone.Token) && RendererInfo.IsInteractive)
        {
            _ = ReloadAsync();
        }
    }

    protected async Task ReloadAsync()
    {
        try
        {
            await Task.Run(() => Load(_gone.Token), _gone.Token);
            await InvokeAsync(StateHasChanged);
        }
        catch (Exception error) when (_gone.IsCancellationRequested && error is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left while it was loading.
            return;
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }

    public void Dispose()
    {
        State.Changed -= OnStateChanged;
        Clock.Ticked -= ReloadAsync;
        _gone.Cancel();
        _gone.Dispose();
        OnGone();
        GC.SuppressFinalize(this);
    }

    /// <summary>For what else a page must give back when it is left.</summary>
    protected virtual void OnGone()
    {
    }

    private void OnStateChanged() => _ = ReloadAsync();
}
