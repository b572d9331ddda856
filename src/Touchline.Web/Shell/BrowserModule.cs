using Microsoft.JSInterop;

namespace Touchline.Web.Shell;

/// <summary>
/// The one ES module of the pages, loaded when the first component asks for it. Calls made after the browser has gone are dropped: there is
/// nobody left to see their effect.
/// </summary>
internal sealed class BrowserModule(IJSRuntime runtime) : IAsyncDisposable
{
    private const string Address = "./_content/Touchline.Web/js/touchline.js";
    private Task<IJSObjectReference>? _module;

    public async Task CallAsync(string function, params object?[] arguments)
    {
        try
        {
            _module ??= runtime.InvokeAsync<IJSObjectReference>("import", Address).AsTask();
            await (await _module).InvokeVoidAsync(function, arguments);
        }
        catch (Exception error) when (IsGone(error))
        {
            _module = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_module is not { IsCompletedSuccessfully: true } module)
        {
            return;
        }
        try
        {
            await module.Result.DisposeAsync();
        }
        catch (Exception error) when (IsGone(error))
        {
            _module = null;
        }
    }

    private static bool IsGone(Exception error) => error is JSDisconnectedException or OperationCanceledException or ObjectDisposedException;
}
