# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Stock boot files of Raspberry Pi OS, by what they set (pi-gen, stage1/00-boot-files), in the order
and under the filters they set it; the remarks between are shorter here."""

HEAD = b"""\
# Options and what they mean: http://rptl.io/configtxt

# Optional interfaces, off unless the mark is taken away
#dtparam=i2c_arm=on
#dtparam=i2s=on
#dtparam=spi=on

# Infrared, off
#dtoverlay=gpio-ir,gpio_pin=17
#dtoverlay=gpio-ir-tx,gpio_pin=18

# Sound
dtparam=audio=on

# Cameras and displays by what is found
camera_auto_detect=1
display_auto_detect=1
auto_initramfs=1

# Graphics
dtoverlay=vc4-kms-v3d
max_framebuffers=2
disable_fw_kms_setup=1

"""
BITS_64 = b"# 64 bits\narm_64bit=1\n\n"
MIDDLE = b"disable_overscan=1\n\n# As fast as the board allows\narm_boost=1\n\n"
CM4 = b"[cm4]\n# USB host mode of the 2711's own controller\notg_mode=1\n\n"
CM5 = b"[cm5]\ndtoverlay=dwc2,dr_mode=host\n\n"
PI5 = b"[pi5]\ndtoverlay=nospi10\n\n"
ALL = b"[all]\n"

CMDLINE = (b"console=serial0,115200 console=tty1 root=PARTUUID=3f4d648d-02 rootfstype=ext4 "
           b"fsck.repair=yes rootwait")

CONFIG = {
    'bookworm-64': HEAD + BITS_64 + MIDDLE + CM4 + CM5 + ALL,
    'bookworm-32': HEAD + BITS_64 + MIDDLE + CM4 + CM5 + ALL,  # a 64-bit kernel here too
    'bookworm-2023': HEAD + BITS_64 + MIDDLE + CM4 + ALL,  # before the Compute Module 5
    'trixie-64': HEAD + BITS_64 + MIDDLE + CM4 + CM5 + PI5 + ALL,
    'trixie-32': HEAD + BITS_64 + MIDDLE + CM4 + CM5 + PI5 + ALL,
}
CMDLINES = {
    'bookworm-64': CMDLINE + b"\n",
    'bookworm-32': CMDLINE + b"\n",
    'bookworm-2023': CMDLINE + b" quiet init=/usr/lib/raspberrypi-sys-mods/firstboot\n",
    'trixie-64': CMDLINE + b" cfg80211.ieee80211_regdom=GB ds=nocloud;i=rpi-imager-1 resize\n",
    'trixie-32': CMDLINE + b" resize\n",
}
MODELS = ['pi0', 'pi0w', 'pi02', 'pi1', 'pi2', 'pi3', 'pi3+', 'pi4', 'pi400', 'cm4', 'pi5', 'pi500',
          'cm5']
